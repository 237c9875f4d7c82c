package org.rsavlm.models.table.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PageMemoryTest {

  @Test
  void whatIsReadAtATimeStaysWithinTheBound() {
    PageMemory memory = new PageMemory(100 << 10, 0);
    AtomicLong held = new AtomicLong();
    AtomicLong most = new AtomicLong();
    IntStream.range(0, 400)
        .parallel()
        .forEach(
            i -> {
              long bytes = (i % 90) << 10;
              try {
                memory.within(
                    bytes,
                    () -> {
                      most.accumulateAndGet(held.addAndGet(bytes), Math::max);
                      Thread.yield();
                      return held.addAndGet(-bytes);
                    });
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    assertThat(most.get()).isBetween(1L, 100L << 10);
    assertThat(held.get()).isZero();
  }

  @Test
  void aPageAboveTheBoundIsReadAlone() throws IOException {
    assertThat(new PageMemory(1 << 10, 0).within(1L << 40, () -> "read")).isEqualTo("read");
  }

  @Test
  void theLastPagesAreKept() throws IOException {
    PageMemory memory = new PageMemory(1, 250);
    int[] reads = new int[5];
    for (int page : new int[] {0, 1, 0, 2, 0, 1, 3, 3}) { // 2 and later 0 make room
      byte[] content =
          memory.page(
              page,
              () -> {
                reads[page]++;
                return new byte[100 + page];
              });
      assertThat(content).hasSize(100 + page);
    }
    assertThat(reads).containsExactly(1, 2, 1, 1, 0);
    for (int i = 0; i < 2; i++) {
      memory.page(4, () -> new byte[251 + reads[4]++]);
    }
    assertThat(reads[4]).as("a page that is too large to keep").isEqualTo(2);
  }
}
