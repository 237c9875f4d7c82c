package org.rsavlm.train.optim;

import ai.djl.ndarray.NDArray;
import java.util.Set;

/** Optimiser state on disk, as if it were whole, however many ranks wrote it. */
public interface StoredState {

  /** Returns the names of all arrays, {@code PARAMETER.KIND}. */
  Set<String> names();

  /**
   * Copies elements of an array.
   *
   * @param name one of {@link #names}
   * @param from first element, in row-major order
   * @param target filled with as many as it has, cast to its type
   * @throws IllegalArgumentException if the files do not hold all of them
   */
  void read(String name, long from, NDArray target);
}
