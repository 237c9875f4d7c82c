package org.rsavlm.train.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rsavlm.core.torch.GradMode;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.models.llava.VisionLanguageModel;
import org.rsavlm.models.nn.RotaryDecoder;
import org.rsavlm.models.text.Tokenized;
import org.rsavlm.train.data.Batch;
import org.rsavlm.train.data.DataPosition;
import org.rsavlm.train.data.PreparedSample;

/** Samples that share a sequence: any packing gives the batch's gradient, and none sees another. */
class PackedStepTest {

  private static final int BUDGET = 22;

  /** Pairs, pairs without RSA, text only, several images; with AnyRes tiles and without. */
  private static List<PreparedSample> batch() {
    List<PreparedSample> samples = new ArrayList<>(RandomBatch.tiled(20, 7));
    samples.addAll(RandomBatch.mixed(12, 5));
    assertThat(samples).hasSize(32);
    assertThat(samples.stream())
        .anyMatch(s -> s.images().isEmpty())
        .anyMatch(s -> s.images().size() > 1);
    assertThat(samples.stream()).anyMatch(s -> s.tiles() > 3).anyMatch(s -> s.length() > BUDGET);
    return samples;
  }

  private static List<List<PreparedSample>> packed(List<PreparedSample> samples, int tokens) {
    return new Batch(DataPosition.START, samples.size(), samples).packed(tokens);
  }

  private static TrainingStepTest.Outcome run(
      StepOptions options, TorchDtype dtype, List<List<PreparedSample>> batches) {
    try (NDManager manager = NDManager.newBaseManager()) {
      VisionLanguageModel model = RandomBatch.model(manager, dtype, 3);
      return TrainingStepTest.run(model, manager, TrainingStepTest.ALL, options, batches);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyPackingGivesTheBatchsLossesAndGradients(boolean checkpointing) {
    List<PreparedSample> samples = batch();
    List<List<PreparedSample>> packed = packed(samples, BUDGET);
    assertThat(packed.size()).isBetween(10, 31);
    // At the paper's lambda; TrainingStepTest says why a large one needs float64.
    StepOptions options = TrainingStepTest.rsa(0.01);
    TrainingStepTest.Outcome whole = run(options, TorchDtype.FLOAT32, List.of(samples));
    assertThat(whole.result().counts().pairs()).isGreaterThan(10);
    for (List<List<PreparedSample>> batches :
        List.of(
            RandomBatch.split(samples, 32),
            RandomBatch.split(samples, 8),
            RandomBatch.split(samples, 1),
            packed)) {
      TrainingStepTest.assertSame(
          run(Options.checkpointing(options, checkpointing), TorchDtype.FLOAT32, batches),
          whole,
          1e-5);
    }
    StepOptions large = TrainingStepTest.rsa(1);
    TrainingStepTest.assertSame(
        run(Options.checkpointing(large, checkpointing), TorchDtype.FLOAT64, packed),
        run(large, TorchDtype.FLOAT64, List.of(samples)),
        1e-12);
  }

  /** A sample whose own tokens are not supervised, so that the losses are those of the others. */
  private static PreparedSample silent(PreparedSample sample) {
    long[] labels = new long[sample.ids().length];
    Arrays.fill(labels, Tokenized.IGNORE);
    return new PreparedSample(
        sample.id(),
        sample.ids(),
        labels,
        new long[0],
        sample.images(),
        /* rsa= */ false,
        sample.length());
  }

  @Test
  void whatASampleHoldsChangesNoOthersLossOrGradient() {
    List<PreparedSample> samples = new ArrayList<>(RandomBatch.tiled(6, 7));
    List<PreparedSample> others = RandomBatch.tiled(20, 900);
    TrainingStepTest.Outcome first = null;
    for (int stranger : new int[] {0, 6, 9, 14}) { // one image, none, two, one
      samples.set(2, silent(others.get(stranger)));
      TrainingStepTest.Outcome outcome =
          run(TrainingStepTest.rsa(1), TorchDtype.FLOAT64, List.of(samples));
      if (first == null) {
        first = outcome;
      }
      TrainingStepTest.assertSame(outcome, first, 1e-12);
    }
  }

  @Test
  void aSamplesHiddenStatesAreThoseItHasAlone() {
    long[] lengths = {5, 9, 1, 7};
    long[] ids = new Random(3).longs(22, 1, RandomBatch.VOCABULARY - 1).toArray();
    long[] changed = ids.clone();
    Arrays.setAll(changed, i -> i >= 5 && i < 14 ? 1 + ids[i] % 80 : ids[i]);
    try (NDManager manager = NDManager.newBaseManager();
        GradMode off = GradMode.disabled()) {
      RotaryDecoder model = RandomBatch.model(manager, TorchDtype.FLOAT64, 3).language();
      double[] together = states(manager, model, ids, lengths);
      double[] beside = states(manager, model, changed, lengths);
      int width = together.length / ids.length;
      int start = 0;
      for (int i = 0; i < lengths.length; i++) {
        int end = start + (int) lengths[i];
        double[] own = Arrays.copyOfRange(together, start * width, end * width);
        long[] alone = Arrays.copyOfRange(ids, start, end);
        assertThat(states(manager, model, alone, new long[] {alone.length}))
            .as("sample " + i)
            .containsExactly(own, within(1e-12));
        double[] then = Arrays.copyOfRange(beside, start * width, end * width);
        if (i == 1) {
          assertThat(then).isNotEqualTo(own);
        } else {
          assertThat(then).as("sample " + i).containsExactly(own, within(1e-12));
        }
        start = end;
      }
      assertThat(LongStream.of(lengths).sum()).isEqualTo(start);
    }
  }

  private static double[] states(
      NDManager manager, RotaryDecoder model, long[] ids, long[] lengths) {
    NDArray embedded = model.embed(manager, Tensors.of(manager, ids, ids.length));
    var states = model.hiddenStates(manager, embedded, model.layout(manager, lengths));
    return Tensors.toDoubles(states.get(states.size() - 1));
  }
}
