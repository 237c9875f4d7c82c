package org.rsavlm.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rsavlm.models.hub.HfDirectory;
import org.rsavlm.models.image.Resolution;
import org.rsavlm.models.llava.VlmConfig;
import org.rsavlm.train.config.Recipe;
import org.rsavlm.train.config.RecipeLoader;
import org.rsavlm.train.demo.DemoFiles;
import org.rsavlm.train.monitor.StepMetrics;
import org.rsavlm.train.run.TrainingRun.FinishedStage;

class TrainingRunTest {

  @TempDir static Path shared;
  private static DemoFiles data;

  @BeforeAll
  static void draw() {
    data = SmallRecipe.data(shared);
  }

  private static List<FinishedStage> run(Recipe recipe, Path directory) {
    return new TrainingRun(recipe, new RunDirectory(directory), metrics -> {}, () -> false).run();
  }

  /** The lines of metrics.jsonl without what a clock or the system's memory decides. */
  private static List<JsonNode> metrics(Path directory) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(directory.resolve("metrics.jsonl"))) {
      ObjectNode node = (ObjectNode) new ObjectMapper().readTree(line);
      assertThat(
              node.remove(
                  List.of("seconds", "data_seconds", "tokens_per_second", "peak_memory_bytes")))
          .isNotNull();
      lines.add(node);
    }
    return lines;
  }

  @Test
  void theSameSeedGivesTheSameMetricsAndWeightsBitByBitAndAnotherSeedDoesNot(@TempDir Path out)
      throws IOException {
    Recipe recipe = SmallRecipe.on(data);
    run(recipe, out.resolve("a"));
    run(recipe, out.resolve("b"));
    run(recipe.withSeed(1), out.resolve("c"));
    assertThat(metrics(out.resolve("a"))).hasSize(40).isEqualTo(metrics(out.resolve("b")));
    assertThat(out.resolve("a/model/model.safetensors"))
        .hasSameBinaryContentAs(out.resolve("b/model/model.safetensors"));
    assertThat(out.resolve("a/evaluation.jsonl"))
        .hasSameTextualContentAs(out.resolve("b/evaluation.jsonl"));
    assertThat(metrics(out.resolve("c"))).isNotEqualTo(metrics(out.resolve("a")));
  }

  @Test
  void microBatchesChunksAndCheckpointingDoNotChangeTheRun(@TempDir Path out) throws IOException {
    run(SmallRecipe.on(data, "stages[*].micro_batch_size=16"), out.resolve("a"));
    run(
        SmallRecipe.on(
            data,
            "stages[*].micro_batch_size=5",
            "stages[*].activation_checkpointing=true",
            "stages[*].loss_chunk=7"),
        out.resolve("b"));
    run(SmallRecipe.on(data, "stages[*].micro_batch_tokens=90"), out.resolve("c"));
    List<JsonNode> whole = metrics(out.resolve("a"));
    assertSameLosses(metrics(out.resolve("b")), whole);
    assertSameLosses(metrics(out.resolve("c")), whole);
  }

  private static void assertSameLosses(List<JsonNode> split, List<JsonNode> whole) {
    assertThat(split).hasSameSizeAs(whole);
    for (int i = 0; i < whole.size(); i++) {
      double expected = whole.get(i).get("loss_lm").asDouble();
      // Rounding grows over the steps of a stage; a wrong gradient would show at once.
      assertThat(split.get(i).get("loss_lm").asDouble())
          .as("step " + whole.get(i).get("step") + " of stage " + whole.get(i).get("stage"))
          .isCloseTo(expected, org.assertj.core.api.Assertions.within(1e-4 * expected));
    }
  }

  @Test
  void leavesEverythingThatTheRunIsMadeFromAndAModelThatStartsAnother(@TempDir Path out)
      throws IOException {
    Recipe recipe = SmallRecipe.on(data, "stages[*].max_steps=2");
    List<FinishedStage> stages = run(recipe, out);
    assertThat(stages).hasSize(4).allMatch(stage -> stage.outcome().complete());
    assertThat(stages.get(0).measured()).isNull(); // text alone
    assertThat(stages.get(3).measured()).isNotNull();
    RunDirectory files = new RunDirectory(out);
    assertThat(RecipeLoader.load(files.config())).isEqualTo(recipe);
    assertThat(out.resolve("provenance.json")).content().contains("data_sha256");
    assertThat(files.evaluation()).content().hasLineCount(3).contains("\"mutual_knn\":");
    assertThat(files.model()).isDirectoryContaining("glob:**/{config.json,tokenizer.json}");
    Recipe next =
        SmallRecipe.on(data, "stages[*].max_steps=1")
            .withModel(org.rsavlm.train.config.ModelRecipe.at(files.model()));
    assertThat(run(next.withStages(List.of(next.stage("2"))), out.resolve("next"))).hasSize(1);
  }

  @Test
  void imagesAreTiledWhereTheRecipeHasGridsAndTheSavedModelSaysSo(@TempDir Path out)
      throws IOException {
    Recipe recipe =
        SmallRecipe.on(
            data,
            "stages[*].max_steps=2",
            "stages[1.5].images={grids: [2x1, 2x2], max_tiles: 0}",
            "stages[1.5].rsa.image_pooling=full",
            "stages[2].images={grids: [2x2, 3x3], max_tiles: 1}");
    run(recipe, out.resolve("tiled"));
    run(SmallRecipe.on(data, "stages[*].max_steps=2"), out.resolve("base"));
    List<JsonNode> tiled = metrics(out.resolve("tiled"));
    List<JsonNode> base = metrics(out.resolve("base"));
    for (int step = 0; step < tiled.size(); step++) {
      long more = tiled.get(step).get("tokens").asLong() - base.get(step).get("tokens").asLong();
      // A square picture of 64 pixels keeps 4 x 4 features on 2x1, with 4 newlines; of the 8 x 8 on
      // 2x2 it keeps 4 x 4 after the reduction to one tile.
      assertThat(more)
          .as("step %d", step)
          .isEqualTo(step < 4 ? 0 : (16 + 4) * base.get(step).get("samples").asLong());
    }
    VlmConfig config = VlmConfig.from(new HfDirectory(out.resolve("tiled/model")).config());
    assertThat(config.resolutions())
        .containsExactly(new Resolution(128, 128), new Resolution(192, 192));
    assertThat(config.maxTiles()).isEqualTo(1);
    assertThat(VlmConfig.from(new HfDirectory(out.resolve("base/model")).config()).resolutions())
        .isEmpty();
  }

  @Test
  void learns(@TempDir Path out) throws IOException {
    Recipe recipe =
        SmallRecipe.on(
            data,
            "stages[0].max_steps=60",
            "stages[0].learning_rate.language=3e-3",
            "evaluation=null");
    run(recipe.withStages(List.of(recipe.stage("0"))), out);
    List<JsonNode> lines = metrics(out);
    assertThat(lines.get(59).get("loss_lm").asDouble())
        .isLessThan(0.5 * lines.get(0).get("loss_lm").asDouble());
  }

  @Test
  void stopsBetweenStepsWhenAsked(@TempDir Path out) {
    AtomicInteger steps = new AtomicInteger();
    List<FinishedStage> stages =
        new TrainingRun(
                SmallRecipe.on(data),
                new RunDirectory(out),
                (StepMetrics metrics) -> steps.incrementAndGet(),
                () -> steps.get() == 13)
            .run();
    assertThat(stages).hasSize(2);
    assertThat(stages.get(1).outcome().complete()).isFalse();
    assertThat(stages.get(1).outcome().steps()).isEqualTo(3);
  }
}
