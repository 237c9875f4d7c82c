package org.rsavlm.eval.alignment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/** Products of rows with rows, left to the engine's BLAS. */
final class Gram {
  private Gram() {}

  /** Takes a stripe of the Gram matrix: rows {@code first … first + count - 1}, all N columns. */
  interface StripeConsumer {
    /**
     * @param stripe [count, N] row-major; reused by the next call
     */
    void accept(int first, int count, float[] stripe);
  }

  private static final int STRIPE = 1024;

  /** X Xᵀ in float32, stripe by stripe, so that memory stays N x 1024 for large N. */
  static void stripes(float[] rows, int n, int d, StripeConsumer consumer) {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray x = manager.create(rows, new Shape(n, d));
      NDArray columns = x.transpose();
      for (int first = 0; first < n; first += STRIPE) {
        int count = Math.min(STRIPE, n - first);
        try (NDArray part = x.get(first + ":" + (first + count));
            NDArray product = part.matMul(columns)) {
          consumer.accept(first, count, product.toFloatArray());
        }
      }
    }
  }

  /** X Xᵀ in float64, [N, N] row-major. */
  static double[] full(double[] rows, int n, int d) {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray x = manager.create(rows, new Shape(n, d));
      return x.matMul(x.transpose()).toDoubleArray();
    }
  }
}
