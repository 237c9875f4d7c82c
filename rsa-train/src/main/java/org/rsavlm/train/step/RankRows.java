package org.rsavlm.train.step;

import ai.djl.ndarray.NDArray;
import org.rsavlm.core.RowGather;
import org.rsavlm.train.distributed.Communicator;
import org.rsavlm.train.distributed.GatheredRows;

/** The pooled rows of all ranks, for the RSA loss over the whole batch. */
record RankRows(Communicator ranks) implements RowGather {

  @Override
  public Joined gather(NDArray rows) {
    if (ranks.world() == 1) {
      return ALONE.gather(rows);
    }
    GatheredRows all = ranks.gatherRows(rows);
    return new Joined(all.rows(), all.offset(ranks.rank()));
  }
}
