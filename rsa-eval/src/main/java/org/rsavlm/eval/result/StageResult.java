package org.rsavlm.eval.result;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rsavlm.eval.alignment.GridSummary;
import org.rsavlm.eval.alignment.LayerGrid;

/**
 * What was measured after one stage of one arm.
 *
 * @param stage name of the stage, such as {@code 1.5}
 * @param measures values by key (see {@link Measure#key()}), shown in this order
 * @param grid alignment of all pairs of layers, where it was measured
 */
public record StageResult(
    String stage, Map<String, SeedValues> measures, @Nullable LayerGrid grid) {

  /** Copies the measures. */
  public StageResult {
    measures = Collections.unmodifiableMap(new LinkedHashMap<>(measures));
  }

  /**
   * Returns the same stage of several runs that differ in the seed alone: values side by side in
   * the order given, grids averaged. A measure that a run lacks is left out.
   */
  public static StageResult merge(List<StageResult> seeds) {
    StageResult first = seeds.get(0);
    Map<String, SeedValues> merged = new LinkedHashMap<>();
    for (String key : first.measures.keySet()) {
      List<Double> values = new ArrayList<>();
      int having = 0;
      for (StageResult seed : seeds) {
        SeedValues own = seed.measures.get(key);
        if (own != null) {
          values.addAll(own.values());
          having++;
        }
      }
      if (having == seeds.size()) {
        merged.put(key, new SeedValues(values));
      }
    }
    return new StageResult(first.stage, merged, meanGrid(seeds));
  }

  /** The mean of the grids that the seeds have; null where none has one. */
  private static @Nullable LayerGrid meanGrid(List<StageResult> seeds) {
    List<LayerGrid> grids = new ArrayList<>();
    for (StageResult seed : seeds) {
      if (seed.grid != null) {
        grids.add(seed.grid);
      }
    }
    return grids.isEmpty() ? null : GridSummary.over(grids).mean();
  }
}
