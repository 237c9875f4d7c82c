package org.rsavlm.train.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BatchTest {

  private static PreparedSample sample(int id, int length) {
    return new PreparedSample(
        "s" + id, new long[length], new long[length], new long[0], List.of(), false, length);
  }

  @Test
  void microBatchesHoldSimilarLengths() {
    List<PreparedSample> samples = new ArrayList<>();
    int[] lengths = {5, 90, 7, 88, 6, 91, 40, 5};
    for (int i = 0; i < lengths.length; i++) {
      samples.add(sample(i, lengths[i]));
    }
    Batch batch = new Batch(DataPosition.START, 8, samples);
    assertThat(batch.microBatches(3))
        .extracting(micro -> micro.stream().map(PreparedSample::id).toList())
        .containsExactly(List.of("s5", "s1", "s3"), List.of("s6", "s2", "s4"), List.of("s0", "s7"));
    assertThat(batch.microBatches(100)).hasSize(1);
  }

  private static List<List<Integer>> packed(int budget, int... lengths) {
    List<PreparedSample> samples = new ArrayList<>();
    for (int i = 0; i < lengths.length; i++) {
      samples.add(sample(i, lengths[i]));
    }
    return new Batch(DataPosition.START, lengths.length, samples)
        .packed(budget).stream()
            .map(micro -> micro.stream().map(PreparedSample::length).toList())
            .toList();
  }

  @Test
  void packsTheLongestFirstToTheFullestThatItFits() {
    assertThat(packed(100, 10, 60, 55, 45, 30, 40))
        .containsExactly(List.of(60, 40), List.of(55, 45), List.of(30, 10));
    assertThat(packed(100, 50, 60, 45, 10, 5)).containsExactly(List.of(60, 10), List.of(50, 45, 5));
  }

  @Test
  void aSampleAboveTheBudgetGoesAlone() {
    assertThat(packed(100, 1, 250, 100, 101, 2))
        .containsExactly(List.of(250), List.of(101), List.of(100), List.of(2, 1));
  }

  @Test
  void aLongSampleIsNotFilledUpWithManyShortOnes() {
    assertThat(packed(100, 60, 5, 5, 5, 5, 5, 5, 5))
        .containsExactly(List.of(60, 5, 5), List.of(5, 5, 5, 5, 5));
  }

  @Test
  void everySampleIsPackedOnceAndWithinTheBudget() {
    Random random = new Random(4);
    int[] lengths = random.ints(500, 1, 900).toArray();
    List<List<Integer>> micro = packed(1000, lengths);
    assertThat(micro.stream().flatMap(List::stream).sorted().toList())
        .isEqualTo(Arrays.stream(lengths).sorted().boxed().toList());
    assertThat(micro).allMatch(m -> m.stream().mapToInt(i -> i).sum() <= 1000);
    int least = (Arrays.stream(lengths).sum() + 999) / 1000;
    assertThat(micro.size()).as("micro-batches").isLessThan(least * 11 / 10);
    assertThat(packed(1000, lengths)).isEqualTo(micro);
  }
}
