package org.rsavlm.eval.alignment;

import java.util.ArrayList;
import java.util.List;

/**
 * Alignment of all vision layers with all language layers, as in the paper's Figures 3 and C.1.
 *
 * @param metric name of the metric
 * @param scores a row per vision layer, a column per language layer
 */
public record LayerGrid(String metric, List<List<Double>> scores) {

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
   * Measures every pair of layers. Each layer is loaded once; with a {@link NeighborMetric} its
   * neighbours are found once too, and only they stay in memory.
   */
  public static LayerGrid measure(
      LayerFeatures vision, LayerFeatures text, AlignmentMetric metric) {
    return metric instanceof NeighborMetric neighbors
        ? byNeighbors(vision, text, neighbors)
        : byFeatures(vision, text, metric);
  }

  private static LayerGrid byNeighbors(
      LayerFeatures vision, LayerFeatures text, NeighborMetric metric) {
    List<NeighborSets> columns = neighbors(text, metric);
    List<List<Double>> scores = new ArrayList<>();
    for (NeighborSets row : neighbors(vision, metric)) {
      scores.add(columns.stream().map(column -> metric.score(row, column)).toList());
    }
    return new LayerGrid(metric.name(), scores);
  }

  private static List<NeighborSets> neighbors(LayerFeatures features, NeighborMetric metric) {
    List<NeighborSets> sets = new ArrayList<>();
    for (int layer = 0; layer < features.layers(); layer++) {
      sets.add(metric.neighbors(features.layer(layer)));
    }
    return sets;
  }

  private static LayerGrid byFeatures(
      LayerFeatures vision, LayerFeatures text, AlignmentMetric metric) {
    List<FeatureMatrix> columns = new ArrayList<>();
    for (int layer = 0; layer < text.layers(); layer++) {
      columns.add(text.layer(layer));
    }
    List<List<Double>> scores = new ArrayList<>();
    for (int layer = 0; layer < vision.layers(); layer++) {
      FeatureMatrix row = vision.layer(layer);
      scores.add(columns.stream().map(column -> metric.score(row, column)).toList());
    }
    return new LayerGrid(metric.name(), scores);
  }

  /** Number of vision layers. */
  public int visionLayers() {
    return scores.size();
  }

  /** Number of language layers. */
  public int textLayers() {
    return scores.get(0).size();
  }

  /** The score of one pair. */
  public double score(int visionLayer, int textLayer) {
    return scores.get(visionLayer).get(textLayer);
  }

  /**
   * The pair with the highest score, whatever its sign; of equal ones the first in row order.
   * Scores that are not a number are passed over unless there is no other.
   */
  public Cell best() {
    Cell best = new Cell(0, 0, score(0, 0));
    for (int v = 0; v < visionLayers(); v++) {
      for (int t = 0; t < textLayers(); t++) {
        double score = score(v, t);
        if (score > best.score() || (Double.isNaN(best.score()) && !Double.isNaN(score))) {
          best = new Cell(v, t, score);
        }
      }
    }
    return best;
  }

  /** The pair of last layers, at which the paper applies its loss. */
  public Cell lastLast() {
    int v = visionLayers() - 1;
    int t = textLayers() - 1;
    return new Cell(v, t, score(v, t));
  }
}
