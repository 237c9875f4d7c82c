package org.rsavlm.train.plan;

import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.rsavlm.core.UserException;
import org.rsavlm.models.table.TableFiles;
import org.rsavlm.train.config.Recipe;
import org.rsavlm.train.config.StageRecipe;
import org.rsavlm.train.data.Mixture;
import org.rsavlm.train.data.SampleSource;

/**
 * How many samples a stage has.
 *
 * @param samples their number; 0 where it isn't known
 * @param source where the number comes from, for readers
 */
record SampleCount(long samples, String source) {

  /** Table B.1 of the paper, by stage. */
  private static final Map<String, Long> PAPER =
      Map.of("1", 558_000L, "1.5", 4_000_000L, "2", 3_200_000L);

  /**
   * Finds the number: the stated one, else the data's own, else the paper's for a stage of its
   * names.
   *
   * @param stated by stage
   */
  static SampleCount of(Recipe recipe, StageRecipe stage, Map<String, Long> stated) {
    Long given = stated.get(stage.name());
    if (given != null) {
      return new SampleCount(given, "--samples");
    }
    if (thereIs(recipe, stage)) {
      List<SampleSource> sources = SampleSource.resolve(stage.data(), recipe.dataDir());
      try (Mixture mixture = Mixture.open(sources, 0)) {
        return new SampleCount(mixture.size(), "the data");
      }
    }
    Long paper = PAPER.get(stage.name());
    return paper == null
        ? new SampleCount(0, "the data is not here: give --samples")
        : new SampleCount(paper, "Table B.1, as the data is not here");
  }

  private static boolean thereIs(Recipe recipe, StageRecipe stage) {
    if (!stage.data().stream().allMatch(s -> Files.exists(recipe.dataPath(s.jsonPath())))) {
      return false;
    }
    try {
      return SampleSource.resolve(stage.data(), recipe.dataDir()).stream()
          .allMatch(s -> !TableFiles.find(s.file()).isEmpty());
    } catch (UserException e) {
      return false; // a mixture file whose sources are elsewhere
    }
  }
}
