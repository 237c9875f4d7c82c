package org.rsavlm.eval.alignment;

import java.util.stream.IntStream;

/**
 * Rows shifted to their mean and rounded to float32, with what the shift took away kept in float64,
 * so that a float32 Gram product ranks neighbours well even where all rows share a large offset.
 *
 * <p>With rows x = m + c, the inner product is &lt;x_i, x_j&gt; = (a term of i alone) + &lt;m,
 * c_j&gt; + &lt;c_i, c_j&gt;; only the last term needs the Gram product. For Euclidean distance it
 * is |x_i - x_j|² = |c_i|² - 2 (&lt;c_i, c_j&gt; - |c_j|²/2).
 */
final class CenteredRows {
  /** The rounded centred rows, [N, d] row-major. */
  final float[] values;

  /** For each j, the summand of its score that the Gram product lacks. */
  final double[] bias;

  /** L2 norm of each centred row. */
  final double[] norms;

  /** L2 norm of each row as given. */
  final double[] originalNorms;

  private CenteredRows(float[] values, double[] bias, double[] norms, double[] originalNorms) {
    this.values = values;
    this.bias = bias;
    this.norms = norms;
    this.originalNorms = originalNorms;
  }

  static CenteredRows of(FeatureMatrix x, Similarity similarity) {
    int n = x.rows();
    int d = x.cols();
    double[] originalNorms = new double[n];
    double[] scale = new double[n];
    double[] mean = mean(x, similarity, originalNorms, scale);
    float[] values = new float[n * d];
    double[] bias = new double[n];
    double[] norms = new double[n];
    chunks(n)
        .forEach(
            chunk -> {
              double[] row = new double[d];
              for (int i = first(chunk, n); i < first(chunk + 1, n); i++) {
                x.copyRow(i, row);
                double factor = scale[i];
                int base = i * d;
                for (int c = 0; c < d; c++) {
                  row[c] = row[c] * factor - mean[c];
                  values[base + c] = (float) row[c];
                }
                double square = Similarity.dot(row, row);
                norms[i] = Math.sqrt(square);
                bias[i] =
                    similarity == Similarity.EUCLIDEAN ? -square / 2 : Similarity.dot(mean, row);
              }
            });
    return new CenteredRows(values, bias, norms, originalNorms);
  }

  /** Fills norms and scales on the way. Partial sums are added in chunk order: repeatable. */
  private static double[] mean(
      FeatureMatrix x, Similarity similarity, double[] originalNorms, double[] scale) {
    int n = x.rows();
    int d = x.cols();
    double[][] sums =
        chunks(n)
            .mapToObj(
                chunk -> {
                  double[] sum = new double[d];
                  double[] row = new double[d];
                  for (int i = first(chunk, n); i < first(chunk + 1, n); i++) {
                    x.copyRow(i, row);
                    originalNorms[i] = Math.sqrt(Similarity.dot(row, row));
                    scale[i] =
                        similarity == Similarity.COSINE
                            ? 1 / Math.max(originalNorms[i], Similarity.LEAST_NORM)
                            : 1;
                    double factor = scale[i];
                    for (int c = 0; c < d; c++) {
                      sum[c] += row[c] * factor;
                    }
                  }
                  return sum;
                })
            .toArray(double[][]::new);
    double[] mean = new double[d];
    for (double[] sum : sums) {
      for (int c = 0; c < d; c++) {
        mean[c] += sum[c];
      }
    }
    for (int c = 0; c < d; c++) {
      mean[c] /= n;
    }
    return mean;
  }

  private static final int CHUNKS = 16;

  private static IntStream chunks(int n) {
    return IntStream.range(0, Math.min(CHUNKS, n)).parallel();
  }

  private static int first(int chunk, int n) {
    int count = Math.min(CHUNKS, n);
    return (int) ((long) chunk * n / count);
  }
}
