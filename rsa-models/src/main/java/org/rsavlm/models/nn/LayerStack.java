package org.rsavlm.models.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** A chain of layers, each from hidden states to hidden states, that can be run one by one. */
public interface LayerStack {

  /** Returns the number of layers. */
  int size();

  /**
   * Runs one layer under the thread's grad mode.
   *
   * @param manager owns the result
   * @param index from 0
   * @param x the hidden states before it
   * @return the hidden states after it
   */
  NDArray apply(NDManager manager, int index, NDArray x);

  /**
   * Runs all layers without keeping what is between them. Meant for measuring: under recording the
   * graph would keep all of it.
   *
   * @param manager owns the result
   * @param input closed, after the visitor has seen it as layer 0
   * @param visitor sees every hidden state but the result
   * @return the hidden states after the last layer
   */
  default NDArray run(NDManager manager, NDArray input, LayerVisitor visitor) {
    NDArray states = input;
    for (int i = 0; i < size(); i++) {
      visitor.visit(i, states);
      NDArray next = apply(manager, i, states);
      states.close();
      states = next;
    }
    return states;
  }
}
