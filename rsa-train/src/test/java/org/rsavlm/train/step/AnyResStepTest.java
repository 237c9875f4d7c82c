package org.rsavlm.train.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rsavlm.core.RsaLoss;
import org.rsavlm.core.torch.GradMode;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.models.image.ImageTiles;
import org.rsavlm.models.llava.VisionLanguageModel;
import org.rsavlm.train.data.PreparedSample;

/** Steps over tiled images, several images, base images and text together. */
class AnyResStepTest {

  private static TrainingStepTest.Outcome run(StepOptions options, int microBatch) {
    try (NDManager manager = NDManager.newBaseManager()) {
      VisionLanguageModel model = RandomBatch.model(manager, TorchDtype.FLOAT64, 3);
      List<PreparedSample> samples = new ArrayList<>(RandomBatch.tiled(40, 7));
      samples.addAll(RandomBatch.mixed(8, 5));
      return TrainingStepTest.run(
          model, manager, TrainingStepTest.ALL, options, RandomBatch.split(samples, microBatch));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 5, 1})
  void anySplitGivesTheSameLossesAndGradients(int microBatch) {
    for (boolean full : new boolean[] {false, true}) {
      StepOptions options = Options.fullPooling(TrainingStepTest.rsa(1), full);
      TrainingStepTest.Outcome whole = run(options, 48);
      assertThat(Arrays.stream(whole.gradients().get("image_newline")).map(Math::abs).sum())
          .isPositive();
      for (boolean checkpointing : new boolean[] {false, true}) {
        TrainingStepTest.assertSame(
            run(Options.checkpointing(options, checkpointing), microBatch), whole, 1e-12);
      }
    }
  }

  @Test
  void rsaComparesBaseImagesOrAllTiles() {
    try (NDManager manager = NDManager.newBaseManager()) {
      VisionLanguageModel model = RandomBatch.model(manager, TorchDtype.FLOAT64, 3);
      List<PreparedSample> samples = RandomBatch.tiled(12, 7);
      double base = expected(manager, model, samples, false);
      double full = expected(manager, model, samples, true);
      assertThat(Math.abs(full / base - 1)).isGreaterThan(1e-3);
      for (int microBatch : new int[] {12, 5}) {
        StepOptions options = TrainingStepTest.rsa(1);
        assertThat(lossRsa(manager, model, options, samples, microBatch))
            .isCloseTo(base, within(1e-12 * base));
        assertThat(lossRsa(manager, model, Options.fullPooling(options, true), samples, microBatch))
            .isCloseTo(full, within(1e-12 * full));
      }
    }
  }

  private static double lossRsa(
      NDManager manager,
      VisionLanguageModel model,
      StepOptions options,
      List<PreparedSample> samples,
      int microBatch) {
    return TrainingStepTest.run(
            model, manager, TrainingStepTest.ALL, options, RandomBatch.split(samples, microBatch))
        .result()
        .lossRsa();
  }

  /** Sample by sample, tile by tile, with the public loss. */
  private static double expected(
      NDManager manager, VisionLanguageModel model, List<PreparedSample> samples, boolean full) {
    NDList vision = new NDList();
    NDList text = new NDList();
    try (GradMode off = GradMode.disabled()) {
      for (PreparedSample sample : samples) {
        if (!sample.rsa()) {
          continue;
        }
        ImageTiles image = sample.images().get(0);
        List<float[]> tiles = full ? image.pixels() : List.of(image.base());
        NDList rows = new NDList();
        for (float[] tile : tiles) {
          NDArray pixels =
              Tensors.cast(
                  Tensors.of(manager, tile, 1, 3, RandomBatch.SIDE, RandomBatch.SIDE),
                  TorchDtype.FLOAT64);
          NDArray states =
              model.vision().hiddenStates(manager, pixels).get(model.config().vision().layers());
          rows.add(states.mean(new int[] {1}));
        }
        vision.add(NDArrays.concat(rows).mean(new int[] {0}, true));
        long[] caption = sample.caption();
        NDList states =
            model
                .language()
                .hiddenStates(
                    manager,
                    model.language().embed(manager, Tensors.of(manager, caption, caption.length)),
                    model.language().layout(manager, new long[] {caption.length}));
        text.add(states.get(states.size() - 1).mean(new int[] {0}, true));
      }
      return Tensors.item(
          RsaLoss.euclidean().compute(NDArrays.concat(vision), NDArrays.concat(text)));
    }
  }
}
