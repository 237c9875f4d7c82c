package org.rsavlm.train.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rsavlm.train.config.Recipe;
import org.rsavlm.train.config.RecipeLoader;
import picocli.CommandLine.Option;

/** The option {@code --set} of commands that read a recipe; mix it in. */
final class RecipeOverrides {

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "set one value of the recipe, or null to remove it; may be given several times")
  private List<String> values = new ArrayList<>();

  /** Loads a recipe with the values set. */
  Recipe load(Path file) {
    return RecipeLoader.load(file, values);
  }
}
