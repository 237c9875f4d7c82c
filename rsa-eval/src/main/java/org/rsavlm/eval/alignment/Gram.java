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

  /** Up to this N the whole matrix is held at once, which needs half of the products. */
  private static final int WHOLE = 2048;

  private static final int BLOCKS = 8;

  /** X Xᵀ in float32, stripe by stripe, so that memory stays N x 1024 for large N. */
  static void stripes(float[] rows, int n, int d, StripeConsumer consumer) {
    if (n <= WHOLE) {
      consumer.accept(0, n, whole(rows, n, d));
      return;
    }
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

  /** X Xᵀ from blocks of rows times the rows from there on, mirrored. */
  private static float[] whole(float[] rows, int n, int d) {
    float[] gram = new float[n * n];
    int step = (n + BLOCKS - 1) / BLOCKS;
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray x = manager.create(rows, new Shape(n, d));
      for (int first = 0; first < n; first += step) {
        int end = Math.min(n, first + step);
        try (NDArray block = x.get(first + ":" + end);
            NDArray rest = x.get(first + ":" + n);
            NDArray columns = rest.transpose();
            NDArray product = block.matMul(columns)) {
          float[] values = product.toFloatArray();
          int width = n - first;
          for (int i = first; i < end; i++) {
            int at = (i - first) * width;
            System.arraycopy(values, at, gram, i * n + first, width);
            for (int j = end; j < n; j++) {
              gram[j * n + i] = values[at + j - first];
            }
          }
        }
      }
    }
    return gram;
  }

  /** X Xᵀ in float64, [N, N] row-major. */
  static double[] full(double[] rows, int n, int d) {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray x = manager.create(rows, new Shape(n, d));
      return x.matMul(x.transpose()).toDoubleArray();
    }
  }
}
