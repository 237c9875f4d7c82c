package org.rsavlm.train.cli;

import java.util.List;
import java.util.NoSuchElementException;
import org.rsavlm.core.UserException;
import org.rsavlm.train.config.Recipe;
import org.rsavlm.train.config.StageRecipe;

/** Selects the stages of a recipe that {@code --stage} names. */
final class StageSelection {

  static final String ALL = "all";

  private StageSelection() {}

  /** Returns a recipe with the named stage alone, or as it is for {@link #ALL}. */
  static Recipe select(Recipe recipe, String stage) {
    if (stage.equals(ALL)) {
      return recipe;
    }
    try {
      return recipe.withStages(List.of(recipe.stage(stage)));
    } catch (NoSuchElementException e) {
      throw new UserException(
          "--stage",
          "the recipe has no stage '" + stage + "'",
          "it has " + String.join(", ", recipe.stages().stream().map(StageRecipe::name).toList()),
          e);
    }
  }
}
