package org.rsavlm.train.cli;

import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;
import org.rsavlm.core.torch.TorchDtype;

/** The option {@code --dtype}. */
final class Dtypes {

  private Dtypes() {}

  /**
   * The element type of a model's weights.
   *
   * @param name what the user wrote; null for float32, on a GPU bfloat16
   * @param manager on the model's device
   */
  static TorchDtype of(@Nullable String name, NDManager manager) {
    if (name == null) {
      return manager.getDevice().isGpu() ? TorchDtype.BFLOAT16 : TorchDtype.FLOAT32;
    }
    for (TorchDtype type : List.of(TorchDtype.FLOAT32, TorchDtype.BFLOAT16, TorchDtype.FLOAT64)) {
      if (type.name().toLowerCase(Locale.ROOT).equals(name)) {
        return type;
      }
    }
    throw new UserException("--dtype", "'" + name + "'", "write float32, bfloat16 or float64");
  }
}
