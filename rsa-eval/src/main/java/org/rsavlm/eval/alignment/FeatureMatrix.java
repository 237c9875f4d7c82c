package org.rsavlm.eval.alignment;

/**
 * Features of N samples, one row each, as float32 or float64 in row-major order on the Java heap.
 *
 * <p>Every value is finite. Instances share the array they were made of; don't change it
 * afterwards.
 */
public final class FeatureMatrix {
  private final int rows;
  private final int cols;
  private final float[] single;
  private final double[] wide;

  private FeatureMatrix(int rows, int cols, float[] single, double[] wide) {
    this.rows = rows;
    this.cols = cols;
    this.single = single;
    this.wide = wide;
  }

  /**
   * Returns features held as float32.
   *
   * @param rows number of samples N
   * @param cols feature dimension d
   * @param values {@code rows * cols} values, row after row
   * @throws IllegalArgumentException if the length doesn't fit or a value is NaN or infinite
   */
  public static FeatureMatrix of(int rows, int cols, float[] values) {
    checkShape(rows, cols, values.length);
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw notFinite(i, cols, values[i]);
      }
    }
    return new FeatureMatrix(rows, cols, values, new double[0]);
  }

  /**
   * Returns features held as float64.
   *
   * @param rows number of samples N
   * @param cols feature dimension d
   * @param values {@code rows * cols} values, row after row
   * @throws IllegalArgumentException if the length doesn't fit or a value is NaN or infinite
   */
  public static FeatureMatrix of(int rows, int cols, double[] values) {
    checkShape(rows, cols, values.length);
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i])) {
        throw notFinite(i, cols, values[i]);
      }
    }
    return new FeatureMatrix(rows, cols, new float[0], values);
  }

  /** Returns the number of samples N. */
  public int rows() {
    return rows;
  }

  /** Returns the feature dimension d. */
  public int cols() {
    return cols;
  }

  /** Tells whether values are held as float64. */
  public boolean isDouble() {
    return wide.length > 0;
  }

  /** Returns the value of sample {@code row} in dimension {@code col}. */
  public double get(int row, int col) {
    int at = row * cols + col;
    return isDouble() ? wide[at] : single[at];
  }

  /**
   * Returns the given rows in the given order, as when a subset of samples is drawn by a seed.
   *
   * @param indices row numbers, each in 0 … N-1
   */
  public FeatureMatrix select(int[] indices) {
    if (isDouble()) {
      double[] out = new double[indices.length * cols];
      for (int i = 0; i < indices.length; i++) {
        System.arraycopy(wide, indices[i] * cols, out, i * cols, cols);
      }
      return new FeatureMatrix(indices.length, cols, new float[0], out);
    }
    float[] out = new float[indices.length * cols];
    for (int i = 0; i < indices.length; i++) {
      System.arraycopy(single, indices[i] * cols, out, i * cols, cols);
    }
    return new FeatureMatrix(indices.length, cols, out, new double[0]);
  }

  /** Returns all values as float32, row after row, in a new array. */
  public float[] toFloats() {
    if (!isDouble()) {
      return single.clone();
    }
    float[] out = new float[wide.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) wide[i];
    }
    return out;
  }

  /** Returns the float32 values themselves; empty if {@link #isDouble()}. */
  float[] floats() {
    return single;
  }

  /** Returns the float64 values themselves; empty unless {@link #isDouble()}. */
  double[] doubles() {
    return wide;
  }

  /** Copies row {@code row} to {@code out[0 … d)}. */
  void copyRow(int row, double[] out) {
    int base = row * cols;
    if (isDouble()) {
      System.arraycopy(wide, base, out, 0, cols);
    } else {
      for (int c = 0; c < cols; c++) {
        out[c] = single[base + c];
      }
    }
  }

  /** Returns all values as float64, in a new array. */
  double[] toDoubles() {
    if (isDouble()) {
      return wide.clone();
    }
    double[] out = new double[single.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = single[i];
    }
    return out;
  }

  /** Fails unless both sides hold the same number of samples, at least {@code least}. */
  static void checkPair(FeatureMatrix a, FeatureMatrix b, int least) {
    if (a.rows != b.rows) {
      throw new IllegalArgumentException(
          "both sides must hold the same samples, got " + a.rows + " and " + b.rows + " rows");
    }
    if (a.rows < least) {
      throw new IllegalArgumentException(
          "at least " + least + " samples are needed, got " + a.rows);
    }
  }

  @Override
  public String toString() {
    return "FeatureMatrix[" + rows + " x " + cols + (isDouble() ? ", float64]" : ", float32]");
  }

  private static void checkShape(int rows, int cols, int length) {
    if (rows < 1 || cols < 1 || (long) rows * cols != length) {
      throw new IllegalArgumentException(
          "a matrix of " + rows + " x " + cols + " can't be made of " + length + " values");
    }
  }

  private static IllegalArgumentException notFinite(int at, int cols, double value) {
    return new IllegalArgumentException(
        "value " + value + " in row " + at / cols + ", column " + at % cols + " is not finite");
  }
}
