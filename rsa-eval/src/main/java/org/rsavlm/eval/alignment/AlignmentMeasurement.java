package org.rsavlm.eval.alignment;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Measures two models' features by several metrics, what they share done once.
 *
 * @param metrics which metrics
 * @param options what they are set to
 * @param preparation what is done to the features first; where it normalises rows, neighbours are
 *     those by cosine, whatever the options say
 */
public record AlignmentMeasurement(
    List<MetricName> metrics, MetricOptions options, FeaturePreparation preparation) {

  /**
   * Copies the list and checks that every metric can be made.
   *
   * @throws IllegalArgumentException for an option out of its range
   */
  public AlignmentMeasurement {
    metrics = List.copyOf(metrics);
    if (metrics.isEmpty()) {
      throw new IllegalArgumentException("at least one metric is needed");
    }
    metrics.forEach(metric -> metric.create(options));
  }

  /** Returns the fewest samples that all of the metrics can be measured on. */
  public int leastSamples() {
    return metrics.stream()
        .mapToInt(metric -> metric.create(options).leastSamples())
        .max()
        .orElse(2);
  }

  /**
   * Measures every pair of layers.
   *
   * @param vision layers [N, dv]
   * @param text layers [N, dt] of the same samples in the same order
   * @return a grid for each metric, in the enum's order
   * @throws IllegalArgumentException if the numbers of samples differ or are too few
   */
  public Map<MetricName, LayerGrid> measure(LayerFeatures vision, LayerFeatures text) {
    boolean normalize = preparation.normalize();
    Similarity similarity = normalize ? Similarity.COSINE : options.similarity();
    MetricOptions effective =
        new MetricOptions(options.k(), similarity, options.rbfSigma(), options.ccaDimension());
    // Neighbours by cosine don't need normalised copies of the rows.
    FeaturePreparation forNeighbors = new FeaturePreparation(false, preparation.outlierQuantile());
    Map<MetricName, LayerGrid> grids = new EnumMap<>(MetricName.class);
    grids.putAll(measure(vision, text, forNeighbors, effective, true));
    grids.putAll(measure(vision, text, preparation, effective, false));
    return grids;
  }

  private Map<MetricName, LayerGrid> measure(
      LayerFeatures vision,
      LayerFeatures text,
      FeaturePreparation prepare,
      MetricOptions effective,
      boolean neighbors) {
    List<MetricName> names =
        metrics.stream()
            .distinct()
            .filter(name -> name.create(effective) instanceof NeighborMetric == neighbors)
            .toList();
    List<LayerGrid> measured =
        LayerGrid.measure(
            prepare.apply(vision),
            prepare.apply(text),
            names.stream().map(name -> name.create(effective)).toList());
    Map<MetricName, LayerGrid> grids = new EnumMap<>(MetricName.class);
    for (int i = 0; i < measured.size(); i++) {
      grids.put(names.get(i), measured.get(i));
    }
    return grids;
  }
}
