package org.rsavlm.train.step;

import java.util.List;
import org.rsavlm.train.distributed.Communicator;
import org.rsavlm.train.distributed.Reduction;

/**
 * What a global batch holds, known before anything of it goes through the model: losses are means
 * over these counts, whatever the split.
 *
 * @param samples in the batch
 * @param pairs samples that are image-caption pairs, over which RSA goes
 * @param tokens through the language model, image tokens included and captions alone left out
 * @param supervised tokens that the language-modelling loss covers
 */
public record BatchCounts(int samples, int pairs, long tokens, long supervised) {

  static BatchCounts of(List<MicroBatch> batches) {
    BatchCounts all = new BatchCounts(0, 0, 0, 0);
    for (MicroBatch batch : batches) {
      all = all.plus(of(batch));
    }
    return all;
  }

  private static BatchCounts of(MicroBatch batch) {
    return new BatchCounts(
        batch.ids().size(),
        batch.pairCount(),
        batch.sequence().tokens(),
        batch.sequence().supervised());
  }

  private BatchCounts plus(BatchCounts other) {
    return new BatchCounts(
        samples + other.samples,
        pairs + other.pairs,
        tokens + other.tokens,
        supervised + other.supervised);
  }

  /** Returns the counts over all ranks; a collective. */
  BatchCounts over(Communicator ranks) {
    long[] sums = ranks.reduce(Reduction.SUM, samples, pairs, tokens, supervised);
    return new BatchCounts(Math.toIntExact(sums[0]), Math.toIntExact(sums[1]), sums[2], sums[3]);
  }

  /** Returns the weight of one supervised token's loss in the mean over the batch. */
  double tokenWeight() {
    return 1.0 / Math.max(1, supervised);
  }
}
