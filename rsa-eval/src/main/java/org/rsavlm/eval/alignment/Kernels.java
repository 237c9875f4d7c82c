package org.rsavlm.eval.alignment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.stream.IntStream;
import org.rsavlm.core.Distance;
import org.rsavlm.core.UserException;
import org.rsavlm.core.torch.Tensors;

/** Kernel matrices [N, N] of features in float64, row-major on the heap. */
final class Kernels {
  private static final int LARGEST = 46_340; // N² values must fit an array

  private Kernels() {}

  /**
   * Returns the inner products of the rows less their mean. HSIC is the same for rows with and
   * without an offset, but with a large one its digits cancel.
   */
  static double[] centeredInnerProducts(FeatureMatrix features) {
    int n = checked(features);
    int d = features.cols();
    double[] rows = features.toDoubles();
    double[] mean = new double[d];
    for (int i = 0; i < n; i++) {
      for (int c = 0; c < d; c++) {
        mean[c] += rows[i * d + c];
      }
    }
    for (int i = 0; i < n; i++) {
      for (int c = 0; c < d; c++) {
        rows[i * d + c] -= mean[c] / n;
      }
    }
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray x = Tensors.of(manager, rows, n, d);
      return x.matMul(x.transpose()).toDoubleArray();
    }
  }

  /** Returns exp(-|x - y|² / 2 sigma²) of all pairs of rows. */
  static double[] gaussian(FeatureMatrix features, double sigma) {
    double[] kernel = distances(features, Distance.SQUARED_EUCLIDEAN);
    double factor = -0.5 / (sigma * sigma);
    IntStream.range(0, kernel.length)
        .parallel()
        .forEach(at -> kernel[at] = Math.exp(kernel[at] * factor));
    return kernel;
  }

  /** Returns the distances of all pairs of rows, as the RSA loss takes them. */
  static double[] distances(FeatureMatrix features, Distance distance) {
    int n = checked(features);
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray rows = Tensors.of(manager, features.toDoubles(), n, features.cols());
      return distance.kernel(rows).toDoubleArray();
    }
  }

  private static int checked(FeatureMatrix features) {
    if (features.rows() > LARGEST) {
      throw new UserException(
          "features",
          "a kernel of " + features.rows() + " samples doesn't fit an array",
          "measure at most " + LARGEST + " samples, or nearest-neighbour metrics only");
    }
    return features.rows();
  }
}
