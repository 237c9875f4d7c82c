package org.rsavlm.train.plan;

import org.rsavlm.models.cost.VlmCost;

/**
 * Bytes that a rank sends in a step. Rings: to reduce and scatter, or to gather, S bytes over N
 * ranks, each sends S(N - 1)/N; to reduce for all it does both.
 *
 * @param gradients float32 gradients, reduced and scattered, or reduced for all
 * @param weights updated weights, gathered; 0 where every rank updates all
 * @param rows pooled rows of both sides in float32, gathered; 0 without RSA
 */
record Traffic(double gradients, double weights, double rows) {

  private static final int FLOAT32 = 4;

  double total() {
    return gradients + weights + rows;
  }

  /** The traffic of a stage over so many ranks. Counts and norms, some bytes, are left out. */
  static Traffic of(VlmCost cost, PlannedStage stage, int ranks, boolean sharded) {
    double trained = TrainedCount.of(cost, stage.trainable());
    double others = (ranks - 1.0) / ranks;
    double rows = 0;
    if (stage.rsa()) {
      long widths =
          cost.tower().config().hiddenSize() + (long) cost.decoder().config().hiddenSize();
      long share = (stage.batch() + ranks - 1L) / ranks;
      rows = (ranks - 1.0) * share * widths * FLOAT32;
    }
    return new Traffic(
        trained * FLOAT32 * others * (sharded ? 1 : 2),
        sharded ? trained * stage.dtype().bytes() * others : 0,
        rows);
  }
}
