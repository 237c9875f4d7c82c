package org.rsavlm.train.distributed;

import java.time.Duration;

/** Unlike other collectives on a device, the host waits for it. */
final class NcclBarrier implements Operation {

  private final Operation sum;
  private final Staging one;

  NcclBarrier(Operation sum, Staging one) {
    this.sum = sum;
    this.one = one;
  }

  @Override
  public boolean isDone() {
    return sum.isDone();
  }

  @Override
  public void await() {
    Waits.until(sum::isDone, Duration.ofNanos(Long.MAX_VALUE)); // the watch has the deadline
    one.close();
  }

  @Override
  public void await(Duration longest) {
    sum.await(longest);
    await();
  }
}
