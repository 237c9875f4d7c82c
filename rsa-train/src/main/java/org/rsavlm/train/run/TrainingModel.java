package org.rsavlm.train.run;

import ai.djl.ndarray.NDManager;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.models.hub.JsonConfig;
import org.rsavlm.models.image.ImageProcessor;
import org.rsavlm.models.image.ImageTiler;
import org.rsavlm.models.llava.VisionLanguageModel;
import org.rsavlm.models.llava.VlmConfig;
import org.rsavlm.models.llava.VlmDirectory;
import org.rsavlm.models.llava.VocabularyCheck;
import org.rsavlm.models.qwen2.Qwen2Config;
import org.rsavlm.models.siglip.SiglipVisionConfig;
import org.rsavlm.models.text.PromptTemplate;
import org.rsavlm.models.text.Tokenizer;
import org.rsavlm.train.config.ModelRecipe;
import org.rsavlm.train.config.Recipe;
import org.rsavlm.train.config.StageRecipe;
import org.rsavlm.train.data.SamplePreparer;
import org.rsavlm.train.distributed.Communicator;

/**
 * A model in memory with the tokenizer and image processor that belong to it. Owns its parameters
 * until closed.
 */
public final class TrainingModel implements AutoCloseable {

  private final NDManager manager;
  private final VisionLanguageModel model;
  private final Tokenizer tokenizer;
  private final Path tokenizerDirectory;
  private final ImageProcessor processor;

  private TrainingModel(
      NDManager manager,
      VisionLanguageModel model,
      Tokenizer tokenizer,
      Path tokenizerDirectory,
      ImageProcessor processor) {
    this.manager = manager;
    this.model = model;
    this.tokenizer = tokenizer;
    this.tokenizerDirectory = tokenizerDirectory;
    this.processor = processor;
  }

  /**
   * Makes the model that a recipe starts from, on the recipe's device and in its type.
   *
   * @throws UserException if a file is missing or damaged, or parts do not fit each other
   */
  public static TrainingModel start(Recipe recipe) {
    return start(recipe, null, Communicator.single());
  }

  /**
   * As {@link #start(Recipe)}, with the weights that the run had reached.
   *
   * @param reached a model's directory of a checkpoint of the same recipe; null for the start
   * @param ranks each of which has a device of its own, where there are GPUs
   */
  static TrainingModel start(Recipe recipe, @Nullable Path reached, Communicator ranks) {
    ModelRecipe start = recipe.model();
    Path directory = Path.of(start.random() ? "." : start.start());
    Path stated = start.tokenizer() == null ? directory : start.tokenizer();
    Tokenizer tokenizer = Tokenizer.load(stated);
    NDManager manager =
        NDManager.newBaseManager(TrainingDevice.of(recipe.device(), ranks.identity()));
    try {
      TorchDtype dtype = TorchDtype.valueOf(recipe.dtype().name());
      VisionLanguageModel model;
      if (reached != null) {
        model = VlmDirectory.load(manager, reached, dtype);
      } else if (start.random()) {
        model = new VisionLanguageModel(config(start, tokenizer, stated));
        model.allocate(manager, dtype);
        model.randomize(recipe.seed());
      } else {
        model = VlmDirectory.load(manager, directory, dtype);
      }
      ImageProcessor processor = StageImages.processor(start, model.config().vision());
      VocabularyCheck.requireRowsToSave(stated, tokenizer, model.config().language().vocabSize());
      return new TrainingModel(
          manager,
          model,
          tokenizer,
          Files.isDirectory(stated) ? stated : stated.toAbsolutePath().resolveSibling(""),
          processor);
    } catch (RuntimeException e) {
      manager.close();
      tokenizer.close();
      throw e;
    }
  }

  private static VlmConfig config(ModelRecipe recipe, Tokenizer tokenizer, Path file) {
    String image = PromptTemplate.IMAGE_PLACEHOLDER;
    long imageToken =
        tokenizer
            .find(image)
            .orElseThrow(
                () ->
                    new UserException(
                        file.toString(),
                        "has no special token " + image + ", which a new model's config names",
                        "add it to the tokenizer's added tokens"));
    return new VlmConfig(
        SiglipVisionConfig.from(JsonConfig.of("model.vision", recipe.vision())),
        Qwen2Config.from(JsonConfig.of("model.language", recipe.language())),
        Math.toIntExact(imageToken));
  }

  /** Returns the model. */
  public VisionLanguageModel model() {
    return model;
  }

  /** Returns the manager that owns the parameters; its device is the run's. */
  public NDManager manager() {
    return manager;
  }

  /** Returns the tokenizer. */
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** Returns the processor of images. */
  public ImageProcessor processor() {
    return processor;
  }

  /** Returns what makes samples ready as a stage wants them. */
  public SamplePreparer preparer(StageRecipe stage) {
    return new SamplePreparer(tokenizer, template(stage), tiler(stage), stage.maxLength());
  }

  /** Returns how a stage's images become base images and tiles. */
  public ImageTiler tiler(StageRecipe stage) {
    return StageImages.tiler(model.config().vision(), processor, stage.images());
  }

  /** Returns a stage's prompt template. */
  public static PromptTemplate template(StageRecipe stage) {
    return switch (stage.prompt()) {
      case PLAIN -> PromptTemplate.PLAIN;
      case QWEN_1_5 -> PromptTemplate.QWEN_1_5;
    };
  }

  /**
   * Saves the model in Hugging Face layout; see {@link VlmDirectory#save}.
   *
   * @param stage the last one trained: the model's config says that images are read as it did
   */
  public void save(Path directory, StageRecipe stage) {
    VlmConfig config = StageImages.asRead(model.config(), stage.images());
    VlmDirectory.save(model, config, directory, tokenizerDirectory);
  }

  /** Frees the parameters and the tokenizer. */
  @Override
  public void close() {
    manager.close();
    tokenizer.close();
  }
}
