package org.rsavlm.train.distributed;

/** How the values of ranks become one; the number is NCCL's. */
public enum Reduction {
  /** Their sum. */
  SUM(0),
  /** The largest. */
  MAX(2),
  /** The smallest. */
  MIN(3);

  private final int nccl;

  Reduction(int nccl) {
    this.nccl = nccl;
  }

  int nccl() {
    return nccl;
  }
}
