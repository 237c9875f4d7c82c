package org.rsavlm.eval.alignment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import org.rsavlm.core.torch.GradMode;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchScript;

/**
 * Rows shifted to about their mean and rounded to float32, with what the shift took away kept in
 * float64, so that a float32 Gram product ranks neighbours well even where all rows share a large
 * offset.
 *
 * <p>With rows x = m + c, the inner product is &lt;x_i, x_j&gt; = (a term of i alone) + &lt;m,
 * c_j&gt; + &lt;c_i, c_j&gt;; only the last term needs the Gram product. For Euclidean distance it
 * is |x_i - x_j|² = |c_i|² - 2 (&lt;c_i, c_j&gt; - |c_j|²/2). Both hold for any m, so that the mean
 * of some of the rows serves as well as that of all.
 */
final class CenteredRows {
  private static final TorchScript SCRIPT = TorchScript.load(CenteredRows.class, "neighbors.py");

  /** Their mean is off by an eighth of a deviation, which lengthens no row noticeably. */
  private static final int SAMPLED = 64;

  private static final int CHUNK = 32;

  private static final int BLOCKS = 10;

  /** The rounded centred rows, [N, d] in float32. */
  private final NDArray values;

  /** For each j, the summand of its score that the Gram product lacks. */
  final double[] bias;

  /** L2 norm of each centred row. */
  final double[] norms;

  private CenteredRows(NDArray values, double[] bias, double[] norms) {
    this.values = values;
    this.bias = bias;
    this.norms = norms;
  }

  /**
   * Centres rows, divided by their L2 norm for {@link Similarity#COSINE}.
   *
   * @param manager owns the values; on the CPU
   */
  static CenteredRows of(NDManager manager, FeatureMatrix features, Similarity similarity) {
    int n = features.rows();
    int d = features.cols();
    double leastNorm = similarity == Similarity.COSINE ? Similarity.LEAST_NORM : 0;
    try (NDManager scratch = manager.newSubManager();
        GradMode off = GradMode.disabled()) {
      NDArray x =
          features.isDouble()
              ? Tensors.of(scratch, features.doubles(), n, d)
              : Tensors.of(scratch, features.floats(), n, d);
      NDList made = SCRIPT.call(scratch, "centered", x, leastNorm, Math.min(SAMPLED, n), CHUNK);
      double[] squares = made.get(2).toDoubleArray();
      double[] bias =
          similarity == Similarity.EUCLIDEAN
              ? Arrays.stream(squares).map(square -> -square / 2).toArray()
              : made.get(1).toDoubleArray();
      NDArray values = made.get(0);
      values.attach(manager);
      return new CenteredRows(values, bias, Arrays.stream(squares).map(Math::sqrt).toArray());
    }
  }

  /** Products of all rows with all rows, [N, N] row-major; half of them are computed. */
  float[] gram() {
    try (NDManager scratch = values.getManager().newSubManager();
        GradMode off = GradMode.disabled()) {
      return SCRIPT.call(scratch, "gram", values, BLOCKS).get(0).toFloatArray();
    }
  }

  /** Returns the products of some rows with all rows, [count, N] row-major. */
  float[] gram(int first, int count) {
    try (NDArray part = values.get(first + ":" + (first + count));
        NDArray columns = values.transpose();
        NDArray product = part.matMul(columns)) {
      return product.toFloatArray();
    }
  }
}
