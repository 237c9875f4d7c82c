package org.rsavlm.core;

/**
 * A representation with a value that is NaN or infinite was given to the loss. In training it means
 * that a model has run off, or that a sample does it harm: a loop may skip the batch.
 */
public final class NonFiniteRowException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final Side side;
  private final long row;

  /** The two sides of the loss. */
  public enum Side {
    /** The images' representations. */
    VISION("vision"),
    /** The captions' representations. */
    TEXT("text");

    private final String label;

    Side(String label) {
      this.label = label;
    }

    @Override
    public String toString() {
      return label;
    }
  }

  NonFiniteRowException(Side side, long row) {
    super(side + " row " + row + " holds a value that is not finite (NaN or infinite)");
    this.side = side;
    this.row = row;
  }

  /** Returns the side that the row is of. */
  public Side side() {
    return side;
  }

  /** Returns the first such row of that side, from 0. */
  public long row() {
    return row;
  }
}
