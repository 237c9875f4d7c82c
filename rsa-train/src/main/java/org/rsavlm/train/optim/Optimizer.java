package org.rsavlm.train.optim;

import ai.djl.ndarray.NDArray;
import java.util.Map;

/** What turns gradients into steps: on one rank {@link AdamW}, on several {@link RankedAdamW}. */
public interface Optimizer extends AutoCloseable {

  /**
   * Returns the learning rates of a step by the names of the groups.
   *
   * @param factor multiplies every group's learning rate
   */
  Map<String, Double> rates(double factor);

  /**
   * Takes a step from the gradients in the parameters and sets them to zero.
   *
   * @param factor multiplies every group's learning rate
   * @param maxNorm global norm to which the gradients are clipped; 0 for no clipping
   * @return the global norm before clipping; where it is not finite, nothing was updated
   */
  double step(double factor, double maxNorm);

  /** Sets all gradients to zero without a step. */
  void zeroGradients();

  /**
   * Returns what this rank keeps of the state, by {@link StateArray} names. The optimiser owns the
   * arrays.
   */
  Map<String, NDArray> state();

  /**
   * Takes over the state of an earlier run, of any number of ranks. Needs an optimiser that took no
   * step.
   *
   * @throws IllegalArgumentException if names and parameters do not fit
   */
  void restore(StoredState stored);

  /** Frees the state. */
  @Override
  void close();
}
