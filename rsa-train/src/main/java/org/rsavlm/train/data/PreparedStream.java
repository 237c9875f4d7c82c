package org.rsavlm.train.data;

import java.util.function.IntUnaryOperator;

/** Goes once through chosen samples of a mixture, prepared ahead; rejected ones are reported. */
final class PreparedStream implements AutoCloseable {

  private static final int HEAP_SHARE = 4;

  private final OrderedWorkers<Item> workers;
  private final int size;
  private int taken;

  /**
   * Starts the workers.
   *
   * @param mixture where samples come from
   * @param choose index in the mixture of the n-th sample
   * @param size number of samples
   * @param preparer makes them ready
   * @param threads that prepare
   * @param window samples to prepare ahead
   */
  PreparedStream(
      Mixture mixture,
      IntUnaryOperator choose,
      int size,
      SamplePreparer preparer,
      int threads,
      int window) {
    this.size = size;
    workers =
        new OrderedWorkers<>(
            "data-reader",
            n -> item(mixture, choose.applyAsInt((int) n), preparer),
            size,
            threads,
            window,
            Item::bytes,
            Runtime.getRuntime().maxMemory() / HEAP_SHARE);
  }

  private static Item item(Mixture mixture, int index, SamplePreparer preparer) {
    try {
      Sample sample = mixture.sample(index);
      return new Usable(index, sample, preparer.prepare(sample));
    } catch (RejectedSampleException e) {
      return new Unusable(index, e.rejection());
    }
  }

  boolean hasNext() {
    return taken < size;
  }

  Item next() {
    taken++;
    return workers.take();
  }

  @Override
  public void close() {
    workers.close();
  }

  /** One sample of the mixture. */
  sealed interface Item {

    /** Its index in the mixture. */
    int index();

    /** Memory that it holds. */
    long bytes();
  }

  /** A sample as the file states it, and prepared. */
  record Usable(int index, Sample raw, PreparedSample sample) implements Item {

    @Override
    public long bytes() {
      return sample.bytes();
    }
  }

  /** A rejected sample. */
  record Unusable(int index, Rejection rejection) implements Item {

    @Override
    public long bytes() {
      return 0;
    }
  }
}
