package org.rsavlm.train.distributed;

/** Does something once when a collective is done, such as casting its result back. */
final class After implements Pending {

  private final Pending first;
  private final Runnable then;
  private boolean done;

  After(Pending first, Runnable then) {
    this.first = first;
    this.then = then;
  }

  @Override
  public synchronized void await() {
    if (!done) {
      first.await();
      then.run();
      done = true;
    }
  }

  @Override
  public synchronized boolean isDone() {
    if (!done && first.isDone()) {
      await();
    }
    return done;
  }
}
