package org.rsavlm.train.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
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
}
