package org.rsavlm.eval.alignment;

import java.util.stream.IntStream;

/**
 * A kernel matrix over N samples, centred so that HSIC with another one is an inner product.
 *
 * <p>Two centrings: HKH with H = I - 1/N, whose inner products are the biased HSIC (without a
 * factor); and the U-centring of Székely and Rizzo (2014), which has a zero diagonal and whose
 * inner products, divided by N(N-3), are the unbiased HSIC of Song et al. (2012), Eq. 5.
 */
public final class CenteredKernel {
  private final int n;
  private final double[] values;
  private final double factor;
  private final double self;

  private CenteredKernel(int n, double[] values, double factor) {
    this.n = n;
    this.values = values;
    this.factor = factor;
    this.self = hsic(this);
  }

  /** Centres a symmetric [N, N] kernel in place as HKH, for the biased HSIC. */
  static CenteredKernel biased(double[] kernel, int n) {
    double[] sums = rowSums(kernel, n);
    double mean = sum(sums) / ((double) n * n);
    IntStream.range(0, n)
        .parallel()
        .forEach(
            i -> {
              for (int j = 0; j < n; j++) {
                kernel[i * n + j] += mean - (sums[i] + sums[j]) / n;
              }
            });
    return new CenteredKernel(n, kernel, 1);
  }

  /** U-centres a symmetric [N, N] kernel in place; N is at least 4. */
  static CenteredKernel unbiased(double[] kernel, int n) {
    for (int i = 0; i < n; i++) {
      kernel[i * n + i] = 0;
    }
    double[] sums = rowSums(kernel, n);
    double mean = sum(sums) / ((n - 1.0) * (n - 2.0));
    IntStream.range(0, n)
        .parallel()
        .forEach(
            i -> {
              for (int j = 0; j < n; j++) {
                kernel[i * n + j] += mean - (sums[i] + sums[j]) / (n - 2.0);
              }
              kernel[i * n + i] = 0;
            });
    return new CenteredKernel(n, kernel, 1 / (n * (n - 3.0)));
  }

  /** Returns the HSIC of this kernel with itself. */
  double self() {
    return self;
  }

  /**
   * Returns the HSIC with another kernel over the same samples; rows are added in order:
   * repeatable.
   */
  double hsic(CenteredKernel other) {
    if (other.n != n) {
      throw new IllegalArgumentException(
          "kernels of " + n + " and " + other.n + " samples can't be compared");
    }
    double[] rows =
        IntStream.range(0, n)
            .parallel()
            .mapToDouble(
                i -> {
                  double sum = 0;
                  for (int at = i * n; at < (i + 1) * n; at++) {
                    sum += values[at] * other.values[at];
                  }
                  return sum;
                })
            .toArray();
    return sum(rows) * factor;
  }

  private static double[] rowSums(double[] kernel, int n) {
    return IntStream.range(0, n)
        .parallel()
        .mapToDouble(
            i -> {
              double sum = 0;
              for (int at = i * n; at < (i + 1) * n; at++) {
                sum += kernel[at];
              }
              return sum;
            })
        .toArray();
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }
}
