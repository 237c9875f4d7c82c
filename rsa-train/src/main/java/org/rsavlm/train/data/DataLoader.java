package org.rsavlm.train.data;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;

/**
 * Hands out the global batches of a stage, epoch after epoch without end, or one rank's share of
 * them. Samples are read, tokenised and decoded ahead by worker threads.
 *
 * <p>A batch is always full. Where a sample is rejected, the one a batch and a place further on in
 * the epoch's order stands in for it, so that batches depend on nothing but files, seed and epoch:
 * not on workers, not on ranks, not on where the run was resumed. A stand-in is thereby met twice
 * in its epoch.
 *
 * <p>For one consumer thread. Closing it stops the workers; the mixture and the log stay open.
 */
public final class DataLoader implements AutoCloseable {

  private static final int MAX_STAND_INS = 64;
  private static final int HEAP_SHARE = 4;

  private final Mixture mixture;
  private final SamplePreparer preparer;
  private final LoaderOptions options;
  private final RejectionLog rejections;
  private final SampleOrder order;
  private final EpochPlan plan;
  private final OrderedWorkers<Drawn> workers;
  private DataPosition position;

  /**
   * Starts the workers.
   *
   * @param mixture where samples come from; must stay open
   * @param preparer makes them ready
   * @param options batches, order, ranks and threads
   * @param rejections counts and logs the samples that can't be used
   * @param start where to begin: {@link DataPosition#START}, or what {@link #position()} gave
   * @throws UserException if the mixture is too small for a single batch
   */
  public DataLoader(
      Mixture mixture,
      SamplePreparer preparer,
      LoaderOptions options,
      RejectionLog rejections,
      DataPosition start) {
    this.mixture = mixture;
    this.preparer = preparer;
    this.options = options;
    this.rejections = rejections;
    int size = mixture.size();
    int needed = options.dropLast() ? options.batchSize() : options.world();
    if (size < needed) {
      throw new UserException(
          "data", size + " samples, but a batch takes " + needed, "lower batch_size or add data");
    }
    order =
        options.groupByModality()
            ? new ModalityOrder(size, mixture::hasImages, options.batchSize(), options.seed())
            : SampleOrder.shuffled(size, options.seed());
    plan = new EpochPlan(size, options, start);
    position = plan.start();
    workers =
        new OrderedWorkers<>(
            "data-worker",
            this::draw,
            Long.MAX_VALUE,
            options.workers(),
            Math.multiplyExact(
                options.prefetch(), (options.batchSize() + options.world() - 1) / options.world()),
            Drawn::bytes,
            Runtime.getRuntime().maxMemory() / HEAP_SHARE);
  }

  /** Batches of a whole epoch. */
  public int batchesPerEpoch() {
    return (plan.epochSize() + options.batchSize() - 1) / options.batchSize();
  }

  /** Samples of a whole epoch, all ranks together. */
  public int samplesPerEpoch() {
    return plan.epochSize();
  }

  /** Where the next batch begins; a loader started there goes on as this one would. */
  public DataPosition position() {
    return position;
  }

  /**
   * The next batch, waiting for the workers if need be.
   *
   * @throws UserException if more samples were rejected than allowed
   */
  public Batch next() {
    DataPosition start = position;
    List<PreparedSample> samples = new ArrayList<>();
    for (int share = plan.share(start); share > 0; share--) {
      Drawn drawn = workers.take();
      drawn.rejections().forEach(rejections::reject);
      if (drawn.sample() == null) {
        throw rejections.tooMany();
      }
      rejections.accept();
      rejections.check(false);
      samples.add(drawn.sample());
    }
    position = plan.next(start);
    if (position.epoch() != start.epoch()) {
      rejections.check(true);
    }
    return new Batch(start, plan.batchSize(start), samples);
  }

  /** Prepares this rank's n-th sample, or a stand-in. */
  private Drawn draw(long n) {
    DataPosition place = plan.place(n);
    List<Rejection> rejected = new ArrayList<>();
    for (int attempt = 0; attempt < MAX_STAND_INS; attempt++) {
      long at = place.sample() + (long) attempt * (options.batchSize() + 1);
      try {
        int index = order.at(place.epoch(), (int) (at % mixture.size()));
        return new Drawn(preparer.prepare(mixture.sample(index)), rejected);
      } catch (RejectedSampleException e) {
        rejected.add(e.rejection());
      }
    }
    return new Drawn(null, rejected);
  }

  @Override
  public void close() {
    workers.close();
  }

  /** A sample with those that were rejected on the way to it; none where all attempts failed. */
  private record Drawn(@Nullable PreparedSample sample, List<Rejection> rejections) {

    long bytes() {
      return sample == null ? 0 : sample.bytes();
    }
  }
}
