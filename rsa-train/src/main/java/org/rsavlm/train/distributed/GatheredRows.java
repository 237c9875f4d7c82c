package org.rsavlm.train.distributed;

import ai.djl.ndarray.NDArray;

/**
 * Rows of all ranks, one rank after the other.
 *
 * @param rows [sum of counts, d], owned by the manager of the rows that were given
 * @param counts each rank's number of rows
 */
public record GatheredRows(NDArray rows, long[] counts) {

  /** Returns the place of a rank's first row. */
  public long offset(int rank) {
    long offset = 0;
    for (int before = 0; before < rank; before++) {
      offset += counts[before];
    }
    return offset;
  }
}
