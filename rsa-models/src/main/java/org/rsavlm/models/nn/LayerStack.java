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
}
