package org.rsavlm.train.distributed;

import ai.djl.ndarray.NDArray;
import org.rsavlm.core.torch.TorchDtype;

/** What arrays of a collective must be like; wrong ones would overwrite memory elsewhere. */
final class Shapes {

  private Shapes() {}

  static void root(int root, int world) {
    if (root < 0 || root >= world) {
      throw new IllegalArgumentException("root is " + root + " of " + world + " ranks");
    }
  }

  static void parts(NDArray whole, NDArray part, int world) {
    if (whole.size() != Math.multiplyExact(part.size(), (long) world)) {
      throw new IllegalArgumentException(
          "the whole of shape %s is not %d parts of shape %s"
              .formatted(whole.getShape(), world, part.getShape()));
    }
    TorchDtype wholes = dtype(whole);
    TorchDtype parts = dtype(part);
    if (wholes != parts) {
      throw new IllegalArgumentException("the whole is " + wholes + ", its part " + parts);
    }
    if (!whole.getDevice().equals(part.getDevice())) {
      throw new IllegalArgumentException(
          "the whole is on " + whole.getDevice() + ", its part on " + part.getDevice());
    }
  }

  static void rows(NDArray rows) {
    if (rows.getShape().dimension() != 2) {
      throw new IllegalArgumentException("rows are [n, d], not " + rows.getShape());
    }
  }

  static long bytes(NDArray array) {
    return Math.multiplyExact(array.size(), (long) dtype(array).bytes());
  }

  static TorchDtype dtype(NDArray array) {
    return TorchDtype.of(array);
  }
}
