package org.rsavlm.core.example;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.initializer.XavierInitializer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rsavlm.core.RsaLoss;

/** The README's example: a DJL training loop of one's own with the RSA loss in it. */
class OwnTrainingLoopTest {

  @Test
  void theLossFallsInADjlTrainingLoop() {
    try (Model model = Model.newInstance("encoder")) {
      model.setBlock(Linear.builder().setUnits(8).build());
      DefaultTrainingConfig config =
          new DefaultTrainingConfig(Loss.l2Loss())
              .optInitializer(new XavierInitializer(), Parameter.Type.WEIGHT)
              .optOptimizer(Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.02f)).build());
      try (Trainer trainer = model.newTrainer(config);
          NDManager manager = model.getNDManager().newSubManager()) {
        trainer.initialize(new Shape(32, 12));
        manager.getEngine().setRandomSeed(1);
        NDArray images = manager.randomNormal(new Shape(32, 12));
        NDArray captions = images.get(":, :5").mul(3); // what they say is in the images
        float first = 0;
        float last = 0;
        for (int step = 0; step < 60; step++) {
          last = step(trainer, images, captions);
          first = step == 0 ? last : first;
        }
        assertThat(last).isLessThan(0.3f * first);
      }
    }
  }

  private static float step(Trainer trainer, NDArray images, NDArray captions) {
    // README: begin
    RsaLoss rsa = RsaLoss.euclidean();
    try (GradientCollector collector = trainer.newGradientCollector()) {
      NDArray vision = trainer.forward(new NDList(images)).singletonOrThrow(); // [N, dv]
      NDArray loss = rsa.compute(vision, captions); // [N, dt]: Eq. 5
      collector.backward(loss); // in a VLM: rsa.total(languageModelLoss, loss), Eq. 6
      trainer.step();
      return loss.toType(DataType.FLOAT32, true).getFloat();
    }
    // README: end
  }

  @Test
  void theReadmeShowsThisVeryCode() throws IOException {
    String source =
        Files.readString(Path.of("src/test/java/org/rsavlm/core/example/OwnTrainingLoopTest.java"));
    int begin = source.indexOf("// README: begin\n") + "// README: begin\n".length();
    List<String> lines =
        source
            .substring(begin, source.indexOf("    // README: end"))
            .lines()
            .map(String::strip)
            .toList();
    List<String> readme =
        Files.readAllLines(Path.of("..", "README.md")).stream().map(String::strip).toList();
    assertThat(readme).containsSubsequence(lines);
  }
}
