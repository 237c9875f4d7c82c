package org.rsavlm.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rsavlm.core.UserException;
import org.rsavlm.train.config.Recipe;
import org.rsavlm.train.demo.DemoFiles;

class StageProbeTest {

  @TempDir static Path shared;
  private static DemoFiles data;
  private static Path probed;

  /** The probe set is the whole held-out set, so that what it gives is known. */
  @BeforeAll
  static void train() {
    data = SmallRecipe.data(shared);
    probed = shared.resolve("probed");
    Experiment.run(recipe("evaluation.every_steps=2", "evaluation.probe_grid=true"), probed);
  }

  private static Recipe recipe(String... overrides) {
    List<String> all =
        new ArrayList<>(List.of("stages[*].max_steps=5", "checkpoint.every_steps=2"));
    all.addAll(List.of(overrides));
    return SmallRecipe.on(data, all.toArray(String[]::new));
  }

  private static List<ObjectNode> lines(String name) throws IOException {
    List<ObjectNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(probed.resolve(name))) {
      lines.add((ObjectNode) new ObjectMapper().readTree(line));
    }
    return lines;
  }

  @Test
  void trainingIsTheSameBitByBit(@TempDir Path out) throws IOException {
    Path plain = out.resolve("plain");
    Experiment.run(recipe(), plain);
    assertThat(plain.resolve("probe.jsonl")).doesNotExist();
    assertThat(Experiment.metrics(probed)).isEqualTo(Experiment.metrics(plain));
    assertThat(probed.resolve("evaluation.jsonl"))
        .hasSameTextualContentAs(plain.resolve("evaluation.jsonl"));
    for (String file :
        List.of("model/model.safetensors", "checkpoints/2-step-4/optimizer.safetensors")) {
      assertThat(probed.resolve(file)).hasSameBinaryContentAs(plain.resolve(file));
    }
  }

  @Test
  void measuresBeforeDuringAndAfterEachStageWithImages() throws IOException {
    List<String> at = new ArrayList<>();
    for (JsonNode line : lines("probe.jsonl")) {
      at.add(line.get("stage").asText() + " " + line.get("step").asLong());
    }
    List<String> expected = new ArrayList<>();
    for (String stage : List.of("1", "1.5", "2")) {
      List.of(0, 2, 4, 5).forEach(step -> expected.add(stage + " " + step));
    }
    assertThat(at).isEqualTo(expected);
  }

  @Test
  void afterTheLastStepItGivesWhatTheStagesMeasurementGives() throws IOException {
    List<ObjectNode> ends =
        lines("probe.jsonl").stream().filter(line -> line.get("step").asLong() == 5).toList();
    List<ObjectNode> evaluation = lines("evaluation.jsonl");
    assertThat(ends).hasSameSizeAs(evaluation);
    for (int i = 0; i < ends.size(); i++) {
      ObjectNode probe = ends.get(i);
      probe.remove(List.of("step", "grid"));
      assertThat(probe.properties()).isEqualTo(evaluation.get(i).retain(names(probe)).properties());
      assertThat(probe.size()).isEqualTo(9);
    }
  }

  private static List<String> names(ObjectNode line) {
    List<String> names = new ArrayList<>();
    line.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void theRsaLossIsLeftOutWhileTheScaleOfTheTextIsNotKnown() throws IOException {
    for (JsonNode line : lines("probe.jsonl")) { // stage 1 alone matches scales
      boolean unknown = line.get("stage").asText().equals("1") && line.get("step").asLong() == 0;
      assertThat(line.has("rsa_loss")).as(line.toString()).isEqualTo(!unknown);
    }
  }

  @Test
  void theGridHasAllPairsOfLayers() throws IOException {
    for (JsonNode line : lines("probe.jsonl")) {
      assertThat(line.get("grid")).hasSize(3).allMatch(row -> row.size() == 3);
      assertThat(line.get("grid").get(2).get(2)).isEqualTo(line.get("mutual_knn"));
    }
  }

  @Test
  void aProbeSetOfNoMorePairsThanNeighboursIsRefused() {
    assertThatThrownBy(() -> recipe("evaluation.every_steps=1", "evaluation.probe_samples=3"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("probe_samples");
    assertThat(recipe("evaluation.probe_samples=3").evaluation()).isNotNull();
  }

  @Test
  void aProfileCoversTheStagesAndChangesNothing(@TempDir Path out) throws IOException {
    Path run = out.resolve("profiled");
    long start = System.nanoTime();
    new TrainingRun(
            recipe("evaluation.every_steps=2"), new RunDirectory(run), metrics -> {}, () -> false)
        .profiled(true)
        .run();
    double wall = (System.nanoTime() - start) / 1e9;
    assertThat(run.resolve("model/model.safetensors"))
        .hasSameBinaryContentAs(probed.resolve("model/model.safetensors"));
    assertThat(probed.resolve("profile.json")).doesNotExist();
    JsonNode stages =
        new ObjectMapper().readTree(run.resolve("profile.json").toFile()).get("stages");
    assertThat(stages).hasSize(4);
    double sum = 0;
    for (JsonNode stage : stages) {
      sum += stage.get("seconds").asDouble();
      assertThat(stage.get("steps").asLong()).isEqualTo(5);
      assertThat(stage.at("/phases/optimizer/seconds").asDouble()).isPositive();
      boolean rsa = List.of("1", "1.5").contains(stage.get("stage").asText());
      for (String phase : List.of("caption_forward", "rsa_loss")) {
        assertThat(stage.get("phases").has(phase)).as(stage.toString()).isEqualTo(rsa);
      }
      assertThat(stage.get("phases").has("probe")).isEqualTo(stage != stages.get(0));
    }
    assertThat(sum).isBetween(0.3 * wall, wall);
  }
}
