package org.rsavlm.core;

import ai.djl.ndarray.NDArray;

/**
 * Joins the rows that several processes hold of one batch, so that {@link RsaBatch} can span them
 * without knowing how they talk.
 */
@FunctionalInterface
public interface RowGather {

  /** One process: its rows are all there are. */
  RowGather ALONE = rows -> new Joined(rows, 0);

  /**
   * Rows of all processes.
   *
   * @param rows [N, d], the same on every process
   * @param offset place of this process's first row among them
   */
  record Joined(NDArray rows, long offset) {}

  /**
   * Joins. All processes call it equally often, also those without a row.
   *
   * @param rows [n, d] of this process, n perhaps 0
   * @return the rows of all, owned by the manager of the given ones
   */
  Joined gather(NDArray rows);
}
