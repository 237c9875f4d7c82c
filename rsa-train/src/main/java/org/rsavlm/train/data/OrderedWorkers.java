package org.rsavlm.train.data;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Computes a numbered sequence in worker threads ahead of a consumer, who gets it in order.
 *
 * <p>Bounded twice: by a number of items, and by the memory that waiting items hold, so that large
 * images can't fill the heap. The item that the consumer needs next is always admitted, so the
 * bounds can't block it. Workers are never interrupted, because an interrupt would close the file
 * channels that all of them share.
 */
final class OrderedWorkers<T> implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(OrderedWorkers.class);
  private static final long JOIN_SECONDS = 10;

  private final LongFunction<T> task;
  private final ToLongFunction<T> weight;
  private final long end;
  private final long maxWeight;
  private final List<@Nullable Outcome<T>> ring;
  private final List<Thread> threads = new ArrayList<>();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ready = lock.newCondition();
  private final Condition room = lock.newCondition();
  private long claimed;
  private long taken;
  private long held;
  private boolean closed;

  /**
   * Starts the workers.
   *
   * @param name of the threads
   * @param task computes item i; called from the workers
   * @param end number of items
   * @param workers number of threads, at least 1
   * @param window how many items may be claimed ahead of the consumer, at least 1
   * @param weight bytes that a finished item holds
   * @param maxWeight bytes of finished items above which no worker runs further ahead
   */
  OrderedWorkers(
      String name,
      LongFunction<T> task,
      long end,
      int workers,
      int window,
      ToLongFunction<T> weight,
      long maxWeight) {
    this.task = task;
    this.end = end;
    this.weight = weight;
    this.maxWeight = maxWeight;
    ring = new ArrayList<>();
    for (int i = 0; i < window; i++) {
      ring.add(null);
    }
    for (int i = 0; i < workers; i++) {
      Thread thread = new Thread(this::work, name + "-" + i);
      thread.setDaemon(true);
      threads.add(thread);
    }
    threads.forEach(Thread::start);
  }

  /**
   * The next item, waiting for it if need be. What a worker threw for it, this throws.
   *
   * @throws IllegalStateException if closed, at the end, or if this thread is interrupted
   */
  T take() {
    Outcome<T> outcome;
    lock.lock();
    try {
      if (taken == end) {
        throw new IllegalStateException("all " + end + " items are taken");
      }
      int slot = (int) (taken % ring.size());
      Outcome<T> found = ring.get(slot);
      while (found == null) {
        if (closed) {
          throw new IllegalStateException("closed");
        }
        ready.await();
        found = ring.get(slot);
      }
      outcome = found;
      ring.set(slot, null);
      taken++;
      held -= outcome.weight();
      room.signalAll();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for data", e);
    } finally {
      lock.unlock();
    }
    return outcome.get();
  }

  private void work() {
    for (long item = claim(); item >= 0; item = claim()) {
      Outcome<T> outcome;
      try {
        T value = task.apply(item);
        outcome = new Outcome<>(value, null, weight.applyAsLong(value));
      } catch (Throwable t) {
        outcome = new Outcome<>(null, t, 0);
      }
      deliver(item, outcome);
    }
  }

  private long claim() {
    lock.lock();
    try {
      while (!closed && claimed < end && !admits(claimed)) {
        room.awaitUninterruptibly();
      }
      return closed || claimed == end ? -1 : claimed++;
    } finally {
      lock.unlock();
    }
  }

  private boolean admits(long item) {
    return item == taken || (item < taken + ring.size() && held < maxWeight);
  }

  private void deliver(long item, Outcome<T> outcome) {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      ring.set((int) (item % ring.size()), outcome);
      held += outcome.weight();
      ready.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Stops the workers; one that is in the middle of an item finishes it first. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      for (int i = 0; i < ring.size(); i++) {
        Outcome<T> left = ring.set(i, null);
        if (left != null && left.failure() != null) {
          LOG.warn("an item that was not needed any more had failed", left.failure());
        }
      }
      room.signalAll();
      ready.signalAll();
    } finally {
      lock.unlock();
    }
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(JOIN_SECONDS);
    try {
      for (Thread thread : threads) {
        TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, deadline - System.nanoTime()));
        if (thread.isAlive()) {
          LOG.warn("{} is still reading after {} s and is left behind", thread, JOIN_SECONDS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private record Outcome<T>(@Nullable T value, @Nullable Throwable failure, long weight) {

    T get() {
      if (failure instanceof RuntimeException e) {
        throw e;
      }
      if (failure instanceof Error e) {
        throw e;
      }
      if (failure != null || value == null) {
        throw new IllegalStateException("a data worker failed", failure);
      }
      return value;
    }
  }
}
