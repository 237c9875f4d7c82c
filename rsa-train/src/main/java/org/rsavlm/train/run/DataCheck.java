package org.rsavlm.train.run;

import java.nio.file.Path;
import org.rsavlm.models.hub.HfDirectory;
import org.rsavlm.models.hub.JsonConfig;
import org.rsavlm.models.image.ImageProcessor;
import org.rsavlm.models.llava.VlmConfig;
import org.rsavlm.models.siglip.SiglipVisionConfig;
import org.rsavlm.models.text.Tokenizer;
import org.rsavlm.train.config.ModelRecipe;
import org.rsavlm.train.config.Recipe;
import org.rsavlm.train.config.StageRecipe;
import org.rsavlm.train.data.DataInspector;
import org.rsavlm.train.data.DataReport;
import org.rsavlm.train.data.Mixture;
import org.rsavlm.train.data.SamplePreparer;
import org.rsavlm.train.data.SampleSource;

/**
 * Reads the data of a recipe's stages as training would, without a model in memory: what is missing
 * or broken, how long samples are, what is trained.
 */
public final class DataCheck {

  private final Recipe recipe;
  private final int samplesPerSource;
  private final int examplesPerSource;

  /**
   * Prepares a check.
   *
   * @param samplesPerSource at most so many samples of a source are read, drawn evenly; all if 0
   * @param examplesPerSource how many decoded samples of a source to show
   */
  public DataCheck(Recipe recipe, int samplesPerSource, int examplesPerSource) {
    this.recipe = recipe;
    this.samplesPerSource = samplesPerSource;
    this.examplesPerSource = examplesPerSource;
  }

  /**
   * Checks the data of a stage.
   *
   * @throws org.rsavlm.core.UserException if a file of the recipe can't be read
   */
  public DataReport check(StageRecipe stage) {
    ModelRecipe start = recipe.model();
    Path tokenizerFile = start.tokenizer() == null ? Path.of(start.start()) : start.tokenizer();
    try (Tokenizer tokenizer = Tokenizer.load(tokenizerFile);
        Mixture mixture =
            Mixture.open(SampleSource.resolve(stage.data(), recipe.dataDir()), recipe.seed())) {
      return new DataInspector(
              preparer(stage, tokenizer),
              tokenizer,
              samplesPerSource,
              examplesPerSource,
              recipe.loader().workers())
          .inspect(mixture);
    }
  }

  private SamplePreparer preparer(StageRecipe stage, Tokenizer tokenizer) {
    ModelRecipe start = recipe.model();
    SiglipVisionConfig vision =
        start.random()
            ? SiglipVisionConfig.from(JsonConfig.of("model.vision", start.vision()))
            : VlmConfig.from(new HfDirectory(Path.of(start.start())).config()).vision();
    ImageProcessor processor = StageImages.processor(start, vision);
    return new SamplePreparer(
        tokenizer,
        TrainingModel.template(stage),
        StageImages.tiler(vision, processor, stage.images()),
        stage.maxLength());
  }
}
