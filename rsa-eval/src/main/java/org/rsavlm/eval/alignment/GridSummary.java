package org.rsavlm.eval.alignment;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Layer grids over several seeds (samples drawn anew, as in the paper's section 4.1) taken
 * together.
 *
 * @param mean mean score of each pair of layers
 * @param deviation sample standard deviation of each pair, 0 for a single seed
 * @param best best pair of the mean grid
 * @param bestDeviation standard deviation of that pair over seeds
 * @param lastLast last pair of the mean grid
 * @param lastLastDeviation standard deviation of that pair over seeds
 * @param seeds number of grids
 */
public record GridSummary(
    LayerGrid mean,
    LayerGrid deviation,
    LayerGrid.Cell best,
    double bestDeviation,
    LayerGrid.Cell lastLast,
    double lastLastDeviation,
    int seeds) {

  /**
   * Summarises grids of the same metric and size.
   *
   * @param grids one a seed, at least one
   */
  public static GridSummary over(List<LayerGrid> grids) {
    if (grids.isEmpty()) {
      throw new IllegalArgumentException("at least one grid is needed");
    }
    LayerGrid first = grids.get(0);
    for (LayerGrid grid : grids) {
      if (!grid.metric().equals(first.metric())
          || grid.visionLayers() != first.visionLayers()
          || grid.textLayers() != first.textLayers()) {
        throw new IllegalArgumentException("grids of different metrics or sizes can't be averaged");
      }
    }
    LayerGrid mean = cellwise(grids, GridSummary::mean);
    LayerGrid deviation = cellwise(grids, GridSummary::deviation);
    LayerGrid.Cell best = mean.best();
    LayerGrid.Cell last = mean.lastLast();
    return new GridSummary(
        mean,
        deviation,
        best,
        deviation.score(best.visionLayer(), best.textLayer()),
        last,
        deviation.lastLast().score(),
        grids.size());
  }

  private static LayerGrid cellwise(List<LayerGrid> grids, ToDoubleFunction<double[]> statistic) {
    LayerGrid first = grids.get(0);
    List<List<Double>> scores = new ArrayList<>();
    for (int v = 0; v < first.visionLayers(); v++) {
      List<Double> row = new ArrayList<>();
      for (int t = 0; t < first.textLayers(); t++) {
        double[] values = new double[grids.size()];
        for (int s = 0; s < values.length; s++) {
          values[s] = grids.get(s).score(v, t);
        }
        row.add(statistic.applyAsDouble(values));
      }
      scores.add(row);
    }
    return new LayerGrid(first.metric(), scores, first.higherIsBetter());
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  private static double deviation(double[] values) {
    if (values.length < 2) {
      return 0;
    }
    double mean = mean(values);
    double sum = 0;
    for (double value : values) {
      sum += (value - mean) * (value - mean);
    }
    return Math.sqrt(sum / (values.length - 1));
  }
}
