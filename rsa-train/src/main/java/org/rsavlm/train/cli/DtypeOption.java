package org.rsavlm.train.cli;

import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;
import org.rsavlm.core.torch.TorchDtype;
import picocli.CommandLine.Option;

/** The element type of a model that a command runs; mix it in. */
final class DtypeOption {

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      description = "float32, bfloat16 or float64 (default: float32, on a GPU bfloat16)")
  private @Nullable String dtype;

  /**
   * Returns the element type of the model's weights.
   *
   * @param manager on the model's device
   */
  TorchDtype dtype(NDManager manager) {
    if (dtype == null) {
      return manager.getDevice().isGpu() ? TorchDtype.BFLOAT16 : TorchDtype.FLOAT32;
    }
    for (TorchDtype type : List.of(TorchDtype.FLOAT32, TorchDtype.BFLOAT16, TorchDtype.FLOAT64)) {
      if (type.name().toLowerCase(Locale.ROOT).equals(dtype)) {
        return type;
      }
    }
    throw new UserException("--dtype", "'" + dtype + "'", "write float32, bfloat16 or float64");
  }
}
