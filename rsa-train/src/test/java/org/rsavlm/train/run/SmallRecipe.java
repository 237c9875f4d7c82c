package org.rsavlm.train.run;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.rsavlm.train.config.Recipe;
import org.rsavlm.train.config.RecipeLoader;
import org.rsavlm.train.demo.DemoFiles;
import org.rsavlm.train.demo.DemoTokenizer;
import org.rsavlm.train.demo.SceneDataset;

/** configs/debug.yaml on a small data set of drawn scenes. */
public final class SmallRecipe {

  private static final Path DEBUG = Path.of("..", "configs", "debug.yaml");

  private SmallRecipe() {}

  /** Draws 60 pairs to train on and 24 held out, with their tokenizer. */
  public static DemoFiles data(Path directory) {
    DemoFiles files =
        SceneDataset.write(
            directory.resolve("data"), new SceneDataset.Parameters(60, 24, 20, 64, 5));
    DemoTokenizer.write(files);
    return files;
  }

  /** The debug recipe on such data, with further overrides. */
  public static Recipe on(DemoFiles files, String... overrides) {
    List<String> own =
        List.of(
            "data_dir=" + files.directory(),
            "model.tokenizer=" + files.directory().resolve("tokenizer"),
            "evaluation.samples=24",
            "evaluation.k=3");
    return RecipeLoader.load(DEBUG, Stream.concat(own.stream(), Stream.of(overrides)).toList());
  }
}
