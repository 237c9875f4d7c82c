package org.rsavlm.eval.alignment;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/**
 * Alignment of all vision layers with all language layers, as in the paper's Figures 3 and C.1.
 *
 * @param metric name of the metric
 * @param scores a row per vision layer, a column per language layer
 * @param higherIsBetter whether the best pair is the one with the highest score
 */
public record LayerGrid(String metric, List<List<Double>> scores, boolean higherIsBetter) {

  /** Makes a grid of scores of which higher ones are better. */
  public LayerGrid(String metric, List<List<Double>> scores) {
    this(metric, scores, true);
  }

  /** Copies the scores; all rows must have the same length. */
  public LayerGrid {
    scores = scores.stream().map(List::copyOf).toList();
    if (scores.isEmpty() || scores.get(0).isEmpty()) {
      throw new IllegalArgumentException("a grid needs at least one layer on each side");
    }
    for (List<Double> row : scores) {
      if (row.size() != scores.get(0).size()) {
        throw new IllegalArgumentException("rows of a grid must have the same length");
      }
    }
  }

  /**
   * One pair of layers with its score.
   *
   * @param visionLayer row of the grid
   * @param textLayer column of the grid
   * @param score the metric's value
   */
  public record Cell(int visionLayer, int textLayer, double score) {}

  /**
   * Measures every pair of layers. Each layer is loaded once; with a {@link PreparedMetric} the
   * costly part is done once a layer too, and only what that gives stays in memory.
   */
  public static LayerGrid measure(
      LayerFeatures vision, LayerFeatures text, AlignmentMetric metric) {
    return measure(vision, text, List.of(metric)).get(0);
  }

  /**
   * Measures every pair of layers by several metrics. Those that look at the same neighbours share
   * them; layers are loaded once more for each of the others.
   *
   * @return a grid for each metric, in their order
   */
  public static List<LayerGrid> measure(
      LayerFeatures vision, LayerFeatures text, List<? extends AlignmentMetric> metrics) {
    Map<List<Object>, List<NeighborSets>> visionSets = new HashMap<>();
    Map<List<Object>, List<NeighborSets>> textSets = new HashMap<>();
    List<LayerGrid> grids = new ArrayList<>();
    for (AlignmentMetric metric : metrics) {
      if (metric instanceof NeighborMetric neighbors) {
        List<Object> kind = List.of(neighbors.k(), neighbors.similarity());
        List<NeighborSets> rows =
            visionSets.computeIfAbsent(kind, key -> prepared(vision, neighbors));
        List<NeighborSets> columns =
            textSets.computeIfAbsent(kind, key -> prepared(text, neighbors));
        grids.add(
            grid(
                metric,
                rows.size(),
                v -> columns.stream().map(column -> neighbors.score(rows.get(v), column))));
      } else if (metric instanceof PreparedMetric<?> preparing) {
        grids.add(byPrepared(vision, text, preparing));
      } else {
        grids.add(byFeatures(vision, text, metric));
      }
    }
    return grids;
  }

  private static <P> LayerGrid byPrepared(
      LayerFeatures vision, LayerFeatures text, PreparedMetric<P> metric) {
    List<P> columns = prepared(text, metric);
    return grid(
        metric,
        vision.layers(),
        v -> {
          P row = metric.prepare(vision.layer(v));
          return columns.stream().map(column -> metric.compare(row, column));
        });
  }

  private static <P> List<P> prepared(LayerFeatures features, PreparedMetric<P> metric) {
    return LayerWorkers.map(features, metric::prepare);
  }

  private static LayerGrid byFeatures(
      LayerFeatures vision, LayerFeatures text, AlignmentMetric metric) {
    List<FeatureMatrix> columns = new ArrayList<>();
    for (int layer = 0; layer < text.layers(); layer++) {
      columns.add(text.layer(layer));
    }
    return grid(
        metric,
        vision.layers(),
        v -> {
          FeatureMatrix row = vision.layer(v);
          return columns.stream().map(column -> metric.score(row, column));
        });
  }

  private static LayerGrid grid(AlignmentMetric metric, int rows, IntFunction<Stream<Double>> row) {
    List<List<Double>> scores = new ArrayList<>();
    for (int v = 0; v < rows; v++) {
      scores.add(row.apply(v).toList());
    }
    return new LayerGrid(metric.name(), scores, metric.higherIsBetter());
  }

  /** Returns the number of vision layers. */
  public int visionLayers() {
    return scores.size();
  }

  /** Returns the number of language layers. */
  public int textLayers() {
    return scores.get(0).size();
  }

  /** Returns the score of one pair. */
  public double score(int visionLayer, int textLayer) {
    return scores.get(visionLayer).get(textLayer);
  }

  /**
   * Returns the pair with the best score, whatever its sign; of equal ones the first in row order.
   * Scores that are not a number are passed over unless there is no other.
   */
  public Cell best() {
    Cell best = new Cell(0, 0, score(0, 0));
    for (int v = 0; v < visionLayers(); v++) {
      for (int t = 0; t < textLayers(); t++) {
        double score = score(v, t);
        boolean better = higherIsBetter ? score > best.score() : score < best.score();
        if (better || (Double.isNaN(best.score()) && !Double.isNaN(score))) {
          best = new Cell(v, t, score);
        }
      }
    }
    return best;
  }

  /** Returns the pair of last layers, at which the paper applies its loss. */
  public Cell lastLast() {
    int v = visionLayers() - 1;
    int t = textLayers() - 1;
    return new Cell(v, t, score(v, t));
  }
}
