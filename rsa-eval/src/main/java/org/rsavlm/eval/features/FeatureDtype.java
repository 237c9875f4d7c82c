package org.rsavlm.eval.features;

import java.nio.ByteBuffer;

/** Element types of features. Float64 stays so; the others become float32, which holds them all. */
enum FeatureDtype {
  F64(8),
  F32(4),
  F16(2),
  BF16(2);

  private final int bytes;

  FeatureDtype(int bytes) {
    this.bytes = bytes;
  }

  int bytes() {
    return bytes;
  }

  /** Converts what remains in a buffer, in the buffer's byte order, to {@code out} from a place. */
  void decode(ByteBuffer from, float[] out, int at) {
    int count = from.remaining() / bytes;
    switch (this) {
      case F32 -> from.asFloatBuffer().get(out, at, count);
      case F16 -> {
        for (int i = 0; i < count; i++) {
          out[at + i] = half(from.getShort());
        }
      }
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          out[at + i] = Float.intBitsToFloat(from.getShort() << 16);
        }
      }
      case F64 -> throw new IllegalArgumentException("float64 doesn't fit float32");
    }
  }

  /** Returns the value of an IEEE half; Java 17 has no conversion of its own. */
  static float half(short bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = bits >> 10 & 0x1f;
    int fraction = bits & 0x3ff;
    if (exponent == 0) {
      float tiny = fraction * 0x1p-24f;
      return sign == 0 ? tiny : -tiny;
    }
    int wide = exponent == 0x1f ? 0xff : exponent + 127 - 15;
    return Float.intBitsToFloat(sign | wide << 23 | fraction << 13);
  }
}
