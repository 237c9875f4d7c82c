package org.rsavlm.eval.alignment;

import java.util.Arrays;

/**
 * What is done to features before they are measured, in this order: outliers clamped, rows
 * normalised.
 *
 * <p>The clamp is platonic-rep's exact one: with t the value at place int(q * count) of all
 * absolute values in ascending order, each value is brought into -t … t. It is taken layer by layer
 * (platonic-rep: over all layers that came in one tensor), since layers differ much in scale.
 *
 * @param normalize whether rows are divided by their L2 norm (floored at 1e-12), in float64
 * @param outlierQuantile q, above 0 and at most 1; 1 leaves everything as it is; platonic-rep takes
 *     0.95
 */
public record FeaturePreparation(boolean normalize, double outlierQuantile) {

  /** Checks the quantile. */
  public FeaturePreparation {
    if (!(outlierQuantile > 0 && outlierQuantile <= 1)) {
      throw new IllegalArgumentException(
          "the outlier quantile must be above 0 and at most 1, got " + outlierQuantile);
    }
  }

  /**
   * Clamps and normalises one layer's features; returns them as they are where neither is asked.
   */
  public FeatureMatrix apply(FeatureMatrix features) {
    FeatureMatrix clamped = outlierQuantile < 1 ? clamp(features) : features;
    return normalize ? normalized(clamped) : clamped;
  }

  /** Returns layers that are clamped and normalised when they are asked for. */
  public LayerFeatures apply(LayerFeatures features) {
    return new LayerFeatures() {
      @Override
      public int layers() {
        return features.layers();
      }

      @Override
      public FeatureMatrix layer(int layer) {
        return apply(features.layer(layer));
      }
    };
  }

  private FeatureMatrix clamp(FeatureMatrix x) {
    int rows = x.rows();
    int cols = x.cols();
    if (x.isDouble()) {
      double[] sorted = x.doubles().clone();
      Arrays.setAll(sorted, i -> Math.abs(sorted[i]));
      Arrays.parallelSort(sorted);
      double limit = sorted[place(sorted.length)];
      double[] out = x.doubles().clone();
      Arrays.setAll(out, i -> Math.max(-limit, Math.min(limit, out[i])));
      return FeatureMatrix.of(rows, cols, out);
    }
    float[] out = x.floats().clone();
    float[] sorted = out.clone();
    for (int i = 0; i < sorted.length; i++) {
      sorted[i] = Math.abs(sorted[i]);
    }
    Arrays.parallelSort(sorted);
    float limit = sorted[place(sorted.length)];
    for (int i = 0; i < out.length; i++) {
      out[i] = Math.max(-limit, Math.min(limit, out[i]));
    }
    return FeatureMatrix.of(rows, cols, out);
  }

  private int place(int count) {
    return Math.min(count - 1, (int) (outlierQuantile * count));
  }

  private static FeatureMatrix normalized(FeatureMatrix x) {
    int cols = x.cols();
    double[] out = new double[x.rows() * cols];
    double[] row = new double[cols];
    for (int i = 0; i < x.rows(); i++) {
      x.copyRow(i, row);
      double norm = Math.max(Math.sqrt(Similarity.dot(row, row)), Similarity.LEAST_NORM);
      for (int c = 0; c < cols; c++) {
        out[i * cols + c] = row[c] / norm;
      }
    }
    return FeatureMatrix.of(x.rows(), cols, out);
  }
}
