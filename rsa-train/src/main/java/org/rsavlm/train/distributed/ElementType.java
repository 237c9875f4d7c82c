package org.rsavlm.train.distributed;

import org.rsavlm.core.torch.TorchDtype;

/** The types that can be summed, and bytes, with NCCL's numbers. */
enum ElementType {
  BYTE(1, 1),
  INT64(4, 8),
  FLOAT32(7, 4),
  FLOAT64(8, 8),
  BFLOAT16(9, 2);

  private final int nccl;
  private final int bytes;

  ElementType(int nccl, int bytes) {
    this.nccl = nccl;
    this.bytes = bytes;
  }

  int nccl() {
    return nccl;
  }

  int bytes() {
    return bytes;
  }

  /** The type for sums of an array. */
  static ElementType summable(TorchDtype dtype) {
    return switch (dtype) {
      case INT64 -> INT64;
      case FLOAT32 -> FLOAT32;
      case FLOAT64 -> FLOAT64;
      case BFLOAT16 -> BFLOAT16;
      default ->
          throw new IllegalArgumentException(
              dtype + " can't be summed over ranks: cast to FLOAT32, FLOAT64, BFLOAT16 or INT64");
    };
  }

  /** The largest type that a run of bytes consists of, so that counts stay small. */
  static ElementType unit(long bytes) {
    return bytes % 8 == 0 ? INT64 : BYTE;
  }
}
