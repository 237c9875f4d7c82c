package org.rsavlm.eval.alignment;

import java.util.stream.IntStream;
import org.rsavlm.core.Distance;
import org.rsavlm.eval.alignment.RsaDiscrepancy.Distances;

/**
 * The RSA loss (the paper's Eq. 5) as a measure: the mean squared difference of both sides'
 * pairwise distances over all N² pairs. Equal to {@code RsaLoss.compute}, without gradients.
 *
 * <p>Lower is better; 0 only for equal geometries. It has the features' scale: compare values of
 * the same models only.
 *
 * @param distance between rows; the paper takes the Euclidean one
 */
public record RsaDiscrepancy(Distance distance) implements PreparedMetric<Distances> {

  /** Pairwise distances of one side. */
  public static final class Distances {
    private final double[] values;
    private final int samples;

    private Distances(double[] values, int samples) {
      this.values = values;
      this.samples = samples;
    }
  }

  @Override
  public String name() {
    return "rsa";
  }

  @Override
  public boolean higherIsBetter() {
    return false;
  }

  @Override
  public Distances prepare(FeatureMatrix features) {
    return new Distances(Kernels.distances(features, distance), features.rows());
  }

  @Override
  public double compare(Distances vision, Distances text) {
    int n = vision.samples;
    if (text.samples != n) {
      throw new IllegalArgumentException(
          "both sides must hold the same samples, got " + n + " and " + text.samples);
    }
    double[] rows =
        IntStream.range(0, n)
            .parallel()
            .mapToDouble(
                i -> {
                  double sum = 0;
                  for (int at = i * n; at < (i + 1) * n; at++) {
                    double difference = vision.values[at] - text.values[at];
                    sum += difference * difference;
                  }
                  return sum;
                })
            .toArray();
    double sum = 0;
    for (double row : rows) {
      sum += row;
    }
    return sum / ((double) n * n);
  }
}
