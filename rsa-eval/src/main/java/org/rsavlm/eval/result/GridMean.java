package org.rsavlm.eval.result;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rsavlm.eval.alignment.GridSummary;
import org.rsavlm.eval.alignment.LayerGrid;

/** The mean grid of the seeds of a stage. */
public final class GridMean {
  private GridMean() {}

  public static @Nullable LayerGrid of(List<StageResult> seeds) {
    List<LayerGrid> grids = new ArrayList<>();
    for (StageResult seed : seeds) {
      if (seed.grid() != null) {
        grids.add(seed.grid());
      }
    }
    return grids.isEmpty() ? null : GridSummary.over(grids).mean();
  }
}
