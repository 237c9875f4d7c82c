package org.rsavlm.eval.alignment;

/**
 * What makes two samples neighbours. Each is written as a score that is higher for nearer samples.
 */
public enum Similarity {
  /** Plain inner product of the rows, as platonic-rep's metrics take them. */
  INNER_PRODUCT,
  /**
   * Inner product of the rows after L2 normalisation (norm floored at 1e-12). The order of
   * neighbours is that of cosine distance, and of Euclidean distance between normalised rows. The
   * choice of Huh et al. (2024), whom the paper follows.
   */
  COSINE,
  /** Negative Euclidean distance of the rows as they are, the kernel of the paper's RSA loss. */
  EUCLIDEAN;

  /**
   * Rows of a smaller norm are taken to have this one, as {@code torch.nn.functional.normalize}.
   */
  static final double LEAST_NORM = 1e-12;

  /**
   * Returns the score of a sample {@code b} as a neighbour of {@code a} in float64, up to a
   * positive factor that depends on {@code a} alone. Summed in a fixed order, so that equal rows
   * give equal scores on any machine.
   */
  double exact(double[] a, double[] b) {
    return switch (this) {
      case INNER_PRODUCT -> dot(a, b);
      case COSINE -> dot(a, b) / Math.max(Math.sqrt(dot(b, b)), LEAST_NORM);
      case EUCLIDEAN -> -squaredDistance(a, b);
    };
  }

  /** Returns the inner product in float64, summed in a fixed order. */
  static double dot(double[] a, double[] b) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int c = 0;
    for (; c + 3 < a.length; c += 4) {
      s0 += a[c] * b[c];
      s1 += a[c + 1] * b[c + 1];
      s2 += a[c + 2] * b[c + 2];
      s3 += a[c + 3] * b[c + 3];
    }
    for (; c < a.length; c++) {
      s0 += a[c] * b[c];
    }
    return (s0 + s1) + (s2 + s3);
  }

  private static double squaredDistance(double[] a, double[] b) {
    double even = 0;
    double odd = 0;
    int c = 0;
    for (; c + 1 < a.length; c += 2) {
      double p = a[c] - b[c];
      double q = a[c + 1] - b[c + 1];
      even += p * p;
      odd += q * q;
    }
    if (c < a.length) {
      double p = a[c] - b[c];
      even += p * p;
    }
    return even + odd;
  }
}
