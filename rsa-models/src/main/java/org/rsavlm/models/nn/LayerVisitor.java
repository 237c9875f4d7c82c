package org.rsavlm.models.nn;

import ai.djl.ndarray.NDArray;

/** Sees the hidden states of a model's layers as they are made. */
@FunctionalInterface
public interface LayerVisitor {

  /** Looks at nothing. */
  LayerVisitor NONE = (layer, states) -> {};

  /**
   * Looks at hidden states, which are closed afterwards.
   *
   * @param layer 0 for the embeddings, i for the output of the i-th layer
   * @param states as the model has them, [B, P, d] or packed [T, d]
   */
  void visit(int layer, NDArray states);
}
