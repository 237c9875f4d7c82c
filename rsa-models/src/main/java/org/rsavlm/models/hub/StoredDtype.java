package org.rsavlm.models.hub;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.rsavlm.core.torch.TorchDtype;

/**
 * Element types under their names in safetensors headers, in the order in which the reference
 * implementation lays tensors out in a file (so that each is aligned to its element's size).
 */
enum StoredDtype {
  I64(TorchDtype.INT64),
  F64(TorchDtype.FLOAT64),
  F32(TorchDtype.FLOAT32),
  I32(TorchDtype.INT32),
  BF16(TorchDtype.BFLOAT16),
  F16(TorchDtype.FLOAT16),
  I16(TorchDtype.INT16),
  I8(TorchDtype.INT8),
  U8(TorchDtype.UINT8),
  BOOL(TorchDtype.BOOL);

  private final TorchDtype torch;

  StoredDtype(TorchDtype torch) {
    this.torch = torch;
  }

  TorchDtype torch() {
    return torch;
  }

  static StoredDtype of(TorchDtype torch) {
    for (StoredDtype dtype : values()) {
      if (dtype.torch == torch) {
        return dtype;
      }
    }
    throw new IllegalArgumentException("no safetensors name for " + torch);
  }

  static Optional<StoredDtype> named(String name) {
    return Arrays.stream(values()).filter(dtype -> dtype.name().equals(name)).findFirst();
  }

  static String names() {
    return Arrays.stream(values()).map(Enum::name).collect(Collectors.joining(", "));
  }
}
