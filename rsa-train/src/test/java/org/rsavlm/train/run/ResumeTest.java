package org.rsavlm.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rsavlm.core.UserException;
import org.rsavlm.core.io.AtomicFiles;
import org.rsavlm.train.config.Recipe;
import org.rsavlm.train.run.TrainingRun.FinishedStage;

class ResumeTest {

  @TempDir static Path shared;
  private static Experiment experiment;
  private static Recipe recipe;
  private static Path whole;
  private static List<FinishedStage> wholeStages;

  @TempDir Path out;

  @BeforeAll
  static void trainWithoutInterruption() throws IOException {
    experiment = new Experiment(shared);
    recipe = experiment.recipe();
    whole = shared.resolve("whole");
    wholeStages = Experiment.run(recipe, whole);
    assertThat(Experiment.metrics(whole)).hasSize(Experiment.STEPS);
    assertThat(Files.readAllLines(whole.resolve("rejected.jsonl"))).hasSizeGreaterThan(4);
    assertThat(Files.readAllLines(whole.resolve("evaluation.jsonl"))).hasSize(3);
    assertThat(Files.readAllLines(whole.resolve("probe.jsonl"))).hasSize(9);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 7, 13})
  void stoppedAndResumedIsTheSameBitByBit(int steps) throws IOException {
    List<FinishedStage> stopped = Experiment.run(recipe, out, Resume.AUTO, steps);
    assertThat(Experiment.isComplete(stopped)).isFalse();
    assertThat(Experiment.metrics(out)).hasSize(steps);
    List<FinishedStage> resumed = Experiment.run(recipe, out);
    Experiment.assertSame(out, whole);
    assertThat(resumed).map(FinishedStage::outcome).isEqualTo(outcomes(wholeStages));
    assertThat(resumed).map(FinishedStage::measures).isEqualTo(measures(wholeStages));
    assertThat(resumed)
        .map(FinishedStage::measured)
        .isEqualTo(wholeStages.stream().map(FinishedStage::measured).toList());
  }

  @Test
  void aRunningTextScaleGoesOnWhereItStood() throws IOException {
    Recipe running = experiment.recipe("stages[1].rsa.match_scale_momentum=0.5");
    Path undisturbed = out.resolve("undisturbed");
    Experiment.run(running, undisturbed);
    Path stopped = out.resolve("stopped");
    Experiment.run(running, stopped, Resume.AUTO, 7);
    Experiment.run(running, stopped);
    Experiment.assertSame(stopped, undisturbed);
    assertThat(Experiment.metrics(stopped).subList(5, 10))
        .extracting(line -> line.path("rsa").path("text_scale").doubleValue())
        .doesNotHaveDuplicates();
  }

  @Test
  void stoppedEverySixStepsOrTwoIsTheSame() throws IOException {
    int sessions = 0;
    while (!Experiment.isComplete(Experiment.run(recipe, out, Resume.AUTO, 2 + sessions % 2 * 4))) {
      sessions++;
    }
    assertThat(sessions).isGreaterThan(4);
    Experiment.assertSame(out, whole);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 8, 20})
  void killedBetweenCheckpointsRepeatsTheStepsSinceTheLast(int behind) throws IOException {
    Experiment.crash(recipe, out, behind);
    assertThat(Experiment.metrics(out)).hasSize(behind);
    // As a full disk or a power cut may leave it.
    for (String name : List.of("metrics.jsonl", "probe.jsonl")) {
      Files.writeString(out.resolve(name), "{\"step\": 3, \"sta", StandardOpenOption.APPEND);
    }
    Experiment.run(recipe, out);
    Experiment.assertSame(out, whole);
  }

  @Test
  void withoutPeriodicCheckpointsAStageBeginsAgain() throws IOException {
    Recipe sparse = experiment.recipe("checkpoint.every_steps=0");
    Experiment.crash(sparse, out, 8);
    assertThat(Experiment.checkpoints(out)).containsExactly("0-step-5");
    assertThat(out.resolve("checkpoints/0-step-5/optimizer.safetensors")).doesNotExist();
    // How often checkpoints are written may change from session to session.
    Experiment.run(recipe, out);
    Experiment.assertSame(out, whole);
  }

  @Test
  void theNewestAreKept() throws IOException {
    assertThat(Experiment.checkpoints(whole)).containsExactly("2-step-4", "2-step-5");
    Experiment.run(experiment.recipe("checkpoint.keep=3"), out, Resume.NEVER, 7);
    assertThat(Experiment.checkpoints(out)).containsExactly("0-step-4", "0-step-5", "1-step-2");
  }

  @Test
  void aDamagedCheckpointIsPutAsideAndTheOneBeforeUsed() throws IOException {
    Experiment.run(recipe, out, Resume.AUTO, 9);
    assertThat(Experiment.checkpoints(out)).containsExactly("1-step-2", "1-step-4");
    Path weights = out.resolve("checkpoints/1-step-4/model/model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length / 2] ^= 1;
    Files.write(weights, bytes);
    Experiment.run(recipe, out, Resume.AUTO, 1);
    assertThat(Experiment.metrics(out)).hasSize(8);
    assertThat(Experiment.checkpoints(out))
        .containsExactly("1-step-2", "1-step-3", "1-step-4.damaged");
    Experiment.run(recipe, out);
    Experiment.assertSame(out, whole);
  }

  @Test
  void withoutAnIntactCheckpointNothingIsTouched() throws IOException {
    Experiment.run(recipe, out, Resume.AUTO, 9);
    Files.delete(out.resolve("checkpoints/1-step-4/model/config.json"));
    Files.writeString(out.resolve("checkpoints/1-step-2/manifest.json"), "{}");
    assertThatThrownBy(() -> Experiment.run(recipe, out))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("all 2 checkpoints are damaged");
    assertThat(Experiment.checkpoints(out)).containsExactly("1-step-2", "1-step-4");
    assertThat(Experiment.metrics(out)).hasSize(9);
  }

  @Test
  void anotherRecipeIsRefusedWithTheKeysThatDiffer() throws IOException {
    Experiment.run(recipe, out, Resume.AUTO, 3);
    Recipe other = experiment.recipe("stages[1].rsa.lambda=0.5", "seed=7", "loader.workers=1");
    assertThatThrownBy(() -> Experiment.run(other, out))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(
            "seed is 0 there and 7 now, stages[1].rsa.lambda is 0.01 there and 0.5 now (");
    assertThatThrownBy(() -> Experiment.run(recipe.withStages(recipe.stages().subList(0, 2)), out))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("stages is [0, 1, 1.5, 2] there and [0, 1] now");
    assertThatThrownBy(() -> Experiment.run(recipe, out, Resume.NEVER, 1))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("holds a run already");
    assertThat(Experiment.metrics(out)).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"stage0_text.json", "mixture.yaml"})
  void otherDataIsRefused(String source) throws IOException {
    Path data = experiment.files.directory();
    Files.writeString(data.resolve("mixture.yaml"), "datasets: [{json_path: stage0_text.json}]");
    Recipe recipe = experiment.recipe("stages[0].data[0].json_path=" + source);
    Experiment.run(recipe, out, Resume.AUTO, 3);
    Path text = data.resolve("stage0_text.json");
    String before = Files.readString(text);
    try {
      Files.writeString(text, before.replaceFirst("a ", "the "));
      assertThatThrownBy(() -> Experiment.run(recipe, out))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("other data files");
    } finally {
      Files.writeString(text, before);
    }
  }

  @Test
  void aCompleteRunIsLeftAlone() throws IOException {
    var before = Files.getLastModifiedTime(whole.resolve("model"));
    List<FinishedStage> again = Experiment.run(recipe, whole);
    assertThat(Files.getLastModifiedTime(whole.resolve("model"))).isEqualTo(before);
    assertThat(again).map(FinishedStage::outcome).isEqualTo(outcomes(wholeStages));
    assertThat(again).map(FinishedStage::measures).isEqualTo(measures(wholeStages));
  }

  @Test
  void aRunThatEndedBeforeItsLastMeasurementIsMeasured() throws IOException {
    Experiment.run(recipe, out);
    List<String> lines = Files.readAllLines(out.resolve("evaluation.jsonl"));
    Files.write(out.resolve("evaluation.jsonl"), lines.subList(0, 2));
    AtomicFiles.deleteTree(out.resolve("model"));
    Experiment.run(recipe, out);
    Experiment.assertSame(out, whole);
  }

  @Test
  void aChosenCheckpointIsContinuedHereOrElsewhere() throws IOException {
    Path first = out.resolve("first");
    Experiment.run(recipe, first, Resume.AUTO, 9);
    Path chosen = first.resolve("checkpoints/1-step-2");
    Path second = out.resolve("second");
    Experiment.run(recipe, second, Resume.from(chosen), Integer.MAX_VALUE);
    assertThat(Experiment.metrics(second)).isEqualTo(Experiment.metrics(whole).subList(7, 20));
    assertThat(second.resolve("model/model.safetensors"))
        .hasSameBinaryContentAs(whole.resolve("model/model.safetensors"));
    Experiment.run(recipe, first, Resume.from(chosen), 0);
    assertThat(Experiment.checkpoints(first)).containsExactly("1-step-2");
    assertThat(Experiment.metrics(first)).hasSize(7);
    assertThatThrownBy(() -> Experiment.run(recipe, first, Resume.from(out.resolve("no")), 1))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("no such checkpoint");
    assertThatThrownBy(
            () ->
                Experiment.run(
                    recipe, first, Resume.from(second.resolve("checkpoints/2-step-4")), 1))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("is not a checkpoint of the run");
  }

  @Test
  void aSecondProcessIsKeptOut() {
    try (RunLock lock = RunLock.take(out)) {
      assertThatThrownBy(() -> Experiment.run(recipe, out))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("another process is training here");
    }
  }

  private static List<StageOutcome> outcomes(List<FinishedStage> stages) {
    return stages.stream().map(FinishedStage::outcome).toList();
  }

  private static List<Map<String, Double>> measures(List<FinishedStage> stages) {
    return stages.stream().map(FinishedStage::measures).toList();
  }
}
