package org.rsavlm.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class OrderedWorkersTest {

  private static OrderedWorkers<Long> workers(LongFunction<Long> task, long end, int window) {
    return new OrderedWorkers<>("test", task, end, 4, window, v -> 1, Long.MAX_VALUE);
  }

  @Test
  void itemsComeInOrder() {
    try (OrderedWorkers<Long> workers =
        workers(
            n -> {
              if (ThreadLocalRandom.current().nextInt(8) == 0) {
                sleep(1);
              }
              return n * n;
            },
            2000,
            7)) {
      for (long n = 0; n < 2000; n++) {
        assertThat(workers.take()).isEqualTo(n * n);
      }
      assertThatThrownBy(workers::take).hasMessageContaining("all 2000 items are taken");
    }
  }

  @Test
  void workersStayWithinTheWindow() {
    AtomicLong highest = new AtomicLong();
    try (OrderedWorkers<Long> workers =
        workers(n -> highest.accumulateAndGet(n, Math::max) >= 0 ? n : 0, 1000, 5)) {
      for (long n = 0; n < 100; n++) {
        assertThat(workers.take()).isEqualTo(n);
        assertThat(highest.get()).isLessThanOrEqualTo(n + 5);
      }
    }
  }

  @Test
  void memoryBoundsTheReadAheadWithoutBlockingIt() {
    AtomicLong highest = new AtomicLong();
    try (OrderedWorkers<Long> workers =
        new OrderedWorkers<>(
            "test",
            n -> highest.accumulateAndGet(n, Math::max) >= 0 ? n : 0,
            100,
            1,
            50,
            v -> 10,
            25)) {
      for (long n = 0; n < 100; n++) {
        assertThat(workers.take()).isEqualTo(n);
        sleep(1);
        assertThat(highest.get()).isLessThanOrEqualTo(n + 3);
      }
    }
  }

  @Test
  void aFailureReachesTheConsumerAtItsPlace() {
    IllegalArgumentException failure = new IllegalArgumentException("item 3");
    try (OrderedWorkers<Long> workers =
        workers(
            n -> {
              if (n == 3) {
                throw failure;
              }
              return n;
            },
            100,
            10)) {
      for (long n = 0; n < 3; n++) {
        assertThat(workers.take()).isEqualTo(n);
      }
      assertThatThrownBy(workers::take).isSameAs(failure);
    }
  }

  @Test
  void anErrorReachesTheConsumerToo() {
    try (OrderedWorkers<Long> workers =
        workers(
            n -> {
              throw new OutOfMemoryError("test");
            },
            100,
            10)) {
      assertThatThrownBy(workers::take).isInstanceOf(OutOfMemoryError.class);
    }
  }

  @Test
  void closingFreesAWaitingConsumerAndBlockedWorkers() throws InterruptedException {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    OrderedWorkers<Long> workers =
        workers(
            n -> {
              started.countDown();
              await(release);
              return n;
            },
            100,
            2);
    List<Throwable> thrown = new ArrayList<>();
    Thread consumer =
        new Thread(
            () -> {
              try {
                workers.take();
              } catch (IllegalStateException e) {
                thrown.add(e);
              }
            });
    consumer.start();
    started.await();
    Thread closer = new Thread(workers::close);
    closer.start();
    consumer.join();
    release.countDown();
    closer.join();
    assertThat(thrown).singleElement().satisfies(e -> assertThat(e).hasMessage("closed"));
  }

  @Test
  void anInterruptedConsumerIsTold() throws InterruptedException {
    CountDownLatch release = new CountDownLatch(1);
    try (OrderedWorkers<Long> workers =
        workers(
            n -> {
              await(release);
              return n;
            },
            100,
            2)) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(workers::take).hasMessageContaining("interrupted");
      assertThat(Thread.interrupted()).isTrue();
      release.countDown();
      assertThat(workers.take()).isZero();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(Duration.ofMillis(millis).toMillis());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
