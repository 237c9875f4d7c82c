package org.rsavlm.train.data;

/**
 * Which sample of which epoch is a rank's n-th. A rank takes every {@code world}-th place of each
 * global batch, so that the global batches don't depend on the number of ranks.
 */
final class EpochPlan {

  private final int samples;
  private final int batchSize;
  private final boolean dropLast;
  private final int rank;
  private final int world;
  private final int epochSize;
  private final DataPosition start;

  /**
   * @param samples in the mixture
   * @param options batch size, ranks, and whether the last batch is dropped
   * @param start where to begin
   */
  EpochPlan(int samples, LoaderOptions options, DataPosition start) {
    this.samples = samples;
    batchSize = options.batchSize();
    dropLast = options.dropLast();
    rank = options.rank();
    world = options.world();
    epochSize = end(DataPosition.START);
    boolean over = end(start) <= start.sample();
    this.start = over ? new DataPosition(start.epoch() + 1, 0) : start;
  }

  /** Samples of a whole epoch, all ranks together. */
  int epochSize() {
    return epochSize;
  }

  /** Where the plan begins: at the given position, or at the next epoch if none is left of its. */
  DataPosition start() {
    return start;
  }

  /** Samples in the global batch that begins at a position. */
  int batchSize(DataPosition at) {
    return Math.min(batchSize, end(at.epoch()) - at.sample());
  }

  /** Samples of this rank in the global batch that begins at a position. */
  int share(DataPosition at) {
    return share(batchSize(at));
  }

  /** The position behind the global batch that begins at one. */
  DataPosition next(DataPosition at) {
    int behind = at.sample() + batchSize(at);
    return behind < end(at.epoch())
        ? new DataPosition(at.epoch(), behind)
        : new DataPosition(at.epoch() + 1, 0);
  }

  /** The place of this rank's n-th sample, counted from the plan's start. */
  DataPosition place(long n) {
    long inFirst = shareOf(end(start.epoch()) - start.sample());
    if (n < inFirst) {
      return place(start.epoch(), start.sample(), (int) n);
    }
    long perEpoch = shareOf(epochSize);
    long rest = n - inFirst;
    int epoch = Math.toIntExact(start.epoch() + 1 + rest / perEpoch);
    return place(epoch, 0, (int) (rest % perEpoch));
  }

  private DataPosition place(int epoch, int from, int n) {
    int perBatch = share(batchSize);
    int batch = n / perBatch;
    return new DataPosition(
        epoch, from + batch * batchSize + rank + (n - batch * perBatch) * world);
  }

  /** Where an epoch ends; one begun in its middle counts its whole batches from there. */
  private int end(int epoch) {
    return epoch == start.epoch() ? end(start) : epochSize;
  }

  private int end(DataPosition from) {
    int left = Math.max(0, samples - from.sample());
    return from.sample() + (dropLast ? left - left % batchSize : left);
  }

  private long shareOf(int count) {
    return (long) count / batchSize * share(batchSize) + share(count % batchSize);
  }

  private int share(int batch) {
    return (batch - rank + world - 1) / world;
  }
}
