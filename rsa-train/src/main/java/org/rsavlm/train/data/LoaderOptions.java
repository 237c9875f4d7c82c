package org.rsavlm.train.data;

import org.rsavlm.core.UserException;

/**
 * How a {@link DataLoader} walks its mixture. Order and content of the global batches depend on
 * {@code batchSize}, {@code seed}, {@code dropLast} and {@code groupByModality} alone.
 *
 * @param batchSize samples in a global batch, all ranks together
 * @param seed decides the order
 * @param dropLast whether the samples left at the end of an epoch, too few for a batch, are left
 *     out; otherwise they form a smaller batch
 * @param groupByModality whether a batch holds samples with images only or text only
 * @param rank this process, from 0
 * @param world number of processes
 * @param workers threads that prepare samples
 * @param prefetch batches to prepare ahead, at least 1; a quarter of the heap bounds them as well
 */
public record LoaderOptions(
    int batchSize,
    long seed,
    boolean dropLast,
    boolean groupByModality,
    int rank,
    int world,
    int workers,
    int prefetch) {

  /** Checks every value. */
  public LoaderOptions {
    atLeastOne("batch_size", batchSize);
    atLeastOne("loader.workers", workers);
    atLeastOne("loader.prefetch", prefetch);
    if (rank < 0 || rank >= world) {
      throw new IllegalArgumentException("rank " + rank + " of " + world);
    }
    if (world > batchSize) {
      throw new UserException(
          "batch_size",
          batchSize + " samples can't be shared by " + world + " ranks",
          "use at least one sample a rank");
    }
  }

  private static void atLeastOne(String key, int value) {
    if (value < 1) {
      throw new UserException(key, "is " + value, "must be at least 1");
    }
  }

  /** One rank, every sample of an epoch, two workers that run one batch ahead. */
  public static LoaderOptions of(int batchSize, long seed) {
    return new LoaderOptions(batchSize, seed, false, false, 0, 1, 2, 1);
  }

  /** With the samples left at the end of an epoch left out or not. */
  public LoaderOptions withDropLast(boolean drop) {
    return new LoaderOptions(
        batchSize, seed, drop, groupByModality, rank, world, workers, prefetch);
  }

  /** With batches of one modality or not. */
  public LoaderOptions withGroupByModality(boolean group) {
    return new LoaderOptions(batchSize, seed, dropLast, group, rank, world, workers, prefetch);
  }

  /** As one of several processes that share every batch. */
  public LoaderOptions withRank(int rank, int world) {
    return new LoaderOptions(
        batchSize, seed, dropLast, groupByModality, rank, world, workers, prefetch);
  }

  /** With a number of threads that prepare a number of batches ahead. */
  public LoaderOptions withWorkers(int workers, int prefetch) {
    return new LoaderOptions(
        batchSize, seed, dropLast, groupByModality, rank, world, workers, prefetch);
  }
}
