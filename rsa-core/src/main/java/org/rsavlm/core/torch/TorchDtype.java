package org.rsavlm.core.torch;

import ai.djl.ndarray.NDArray;

/**
 * Element types as torch numbers them, bfloat16 included, which DJL's {@code DataType} lacks.
 *
 * <p>A bfloat16 array shows DJL's type {@code UNKNOWN}, and DJL operations that create a new array
 * of its type abort the process: create and cast such arrays with {@link Tensors}.
 */
public enum TorchDtype {
  /** Unsigned 8-bit integer. */
  UINT8(0, 1),
  /** Signed 8-bit integer. */
  INT8(1, 1),
  /** Signed 16-bit integer. */
  INT16(2, 2),
  /** Signed 32-bit integer. */
  INT32(3, 4),
  /** Signed 64-bit integer. */
  INT64(4, 8),
  /** IEEE half precision. */
  FLOAT16(5, 2),
  /** IEEE single precision. */
  FLOAT32(6, 4),
  /** IEEE double precision. */
  FLOAT64(7, 8),
  /** Boolean, one byte an element. */
  BOOL(11, 1),
  /** The upper half of single precision: 8 exponent bits, 7 fraction bits. */
  BFLOAT16(15, 2);

  private final int code;
  private final int bytes;

  TorchDtype(int code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /** Returns torch's number of the type, as script text uses it. */
  public int code() {
    return code;
  }

  /** Returns an element's size in bytes. */
  public int bytes() {
    return bytes;
  }

  /** Tells whether the type is a floating-point one. */
  public boolean isFloatingPoint() {
    return this == FLOAT16 || this == FLOAT32 || this == FLOAT64 || this == BFLOAT16;
  }

  /**
   * Returns an array's type.
   *
   * @throws IllegalArgumentException if torch's type is none of these (complex, quantised)
   */
  public static TorchDtype of(NDArray array) {
    long code = TensorScript.SCRIPT.callLong("dtype_of", array);
    for (TorchDtype dtype : values()) {
      if (dtype.code == code) {
        return dtype;
      }
    }
    throw new IllegalArgumentException("torch dtype number " + code + " is not supported");
  }
}
