package org.rsavlm.eval.probe;

import org.rsavlm.core.UserException;

/** A model's feature that is NaN or infinite, so that nothing can be measured. */
public final class NonFiniteFeatureException extends UserException {

  private static final long serialVersionUID = 1L;

  private final String what;

  /**
   * Tells which feature.
   *
   * @param side vision or text
   * @param layer 0 for the embeddings
   * @param pair number of the pair, from 0
   * @param value the first bad one
   */
  NonFiniteFeatureException(String side, int layer, int pair, float value) {
    this(
        "features",
        side + " features of layer " + layer + " hold " + value + " at pair " + pair,
        "the weights are damaged, or too large for this element type: try --dtype float32");
  }

  private NonFiniteFeatureException(String where, String what, String cure) {
    super(where, what, cure);
    this.what = what;
  }

  /**
   * Returns the same finding for a place where something else is the likely cause.
   *
   * @param where the place, for the error line
   * @param cure what to try there
   */
  public NonFiniteFeatureException found(String where, String cure) {
    NonFiniteFeatureException told = new NonFiniteFeatureException(where, what, cure);
    told.initCause(this);
    return told;
  }
}
