package org.rsavlm.train.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rsavlm.core.UserException;
import org.rsavlm.models.cost.VlmCost;
import org.rsavlm.train.config.Recipe;
import org.rsavlm.train.config.RecipeLoader;
import org.rsavlm.train.config.Trainable;
import org.rsavlm.train.plan.MemoryPlan.Item;

class PlannerTest {

  private static final Path CONFIGS = Path.of("../configs");
  private static final PlanAssumptions USUAL = PlanAssumptions.DEFAULT;

  private static Plan plan(
      String size, List<Integer> gpus, PlanAssumptions assumed, String... set) {
    Recipe recipe =
        RecipeLoader.load(CONFIGS.resolve("llava-onevision-" + size + "-rsa.yaml"), List.of(set));
    return new Planner(Cluster.preset("a100-80"), gpus, assumed, Map.of())
        .plan(recipe, "llava-onevision-" + size);
  }

  private static PlanAssumptions replicated() {
    return new PlanAssumptions(0.4, 0.8, 0, USUAL.image(), 200, 2, 256, false);
  }

  /** The language models' counts are those that their publishers state. */
  @ParameterizedTest
  @CsvSource({"0.5b,494032768", "1.5b,1543714304", "7b,7615616512"})
  void presetsHaveThePublishedCounts(String size, long language) {
    VlmCost cost = plan(size, List.of(8), USUAL).model().cost();
    assertThat(cost.decoder().parameters() + cost.decoder().embeddingParameters())
        .isEqualTo(language);
    assertThat((double) cost.tower().parameters()).isCloseTo(397.75e6, within(5e3));
  }

  /** Table B.1; its 2.2 thousand million count the tied head of 1.5B once more. */
  @ParameterizedTest
  @CsvSource({"1.5b,635.4e6,1.946e9", "7b,960.0e6,8.03e9"})
  void trainedCountsAreThePapers(String size, double first, double all) {
    VlmCost cost = plan(size, List.of(8), USUAL).model().cost();
    assertThat((double) TrainedCount.of(cost, new Trainable(true, true, false, true, false)))
        .isCloseTo(first, within(0.0005 * first));
    assertThat((double) TrainedCount.of(cost, new Trainable(true, true, true, true, true)))
        .isCloseTo(all, within(0.001 * all));
  }

  @ParameterizedTest
  @CsvSource({"1.5b", "7b"})
  void allStagesFit8GpusOf80GigabytesAndMore(String size) {
    for (StagePlan stage : plan(size, List.of(8, 64, 224), USUAL).stages()) {
      for (PlanPoint point : stage.points()) {
        assertThat(point.memory().total()).isLessThan(80_000_000_000L);
        assertThat(point.largestMicroBatch()).isPositive();
      }
    }
  }

  @Test
  void theOptimiserIsSharedOut() {
    Plan sharded = plan("7b", List.of(8), USUAL);
    Plan whole = plan("7b", List.of(8), replicated());
    long part = bytes(sharded.stages().get(1), Item.OPTIMIZER);
    assertThat(bytes(whole.stages().get(1), Item.OPTIMIZER)).isEqualTo(8 * part);
    // Float32 master weights and two moments.
    assertThat(8 * part).isEqualTo(12 * sharded.stages().get(1).trained());
    assertThat(whole.stages().get(1).points().get(0).largestMicroBatch()).isZero();
    assertThat(String.join("\n", whole.stages().get(1).advice()))
        .contains("not even one sample", "sharing the optimiser's state", "which fits");
  }

  private static long bytes(StagePlan stage, Item item) {
    return stage.points().get(0).memory().bytes().get(item);
  }

  @Test
  void ranksSendWhatRingsSend() {
    StagePlan stage = plan("1.5b", List.of(1, 8), USUAL).stages().get(1);
    double trained = stage.trained();
    assertThat(stage.points().get(0).traffic().total()).isZero();
    Traffic traffic = stage.points().get(1).traffic();
    assertThat(traffic.gradients()).isEqualTo(trained * 4 * 7 / 8);
    assertThat(traffic.weights()).isEqualTo(trained * 2 * 7 / 8);
    assertThat(traffic.rows()).isEqualTo(7 * 32 * (1152 + 1536) * 4.0);
    Traffic replicated =
        plan("1.5b", List.of(8), replicated()).stages().get(1).points().get(0).traffic();
    assertThat(replicated.gradients()).isEqualTo(2 * traffic.gradients());
    assertThat(replicated.weights()).isZero();
  }

  /** 6N a token and attention is what PaLM's appendix B gives; the tower is counted apart. */
  @Test
  void operationsOfATrainedDecoderAreSixTimesItsParameters() {
    StagePlan stage = plan("7b", List.of(8), USUAL).stages().get(2);
    VlmCost cost = plan("7b", List.of(8), USUAL).model().cost();
    double tokens = stage.stage().average().length();
    double parameters = cost.decoder().parameters() - cost.decoder().embeddingParameters();
    double attention = 12.0 * 28 * 28 * 128 * tokens * tokens;
    double head = 6.0 * 200 * cost.decoder().embeddingParameters();
    double patches = 729.0 * stage.stage().average().tiles();
    double tower =
        6 * patches * (cost.tower().parameters() - 729 * 1152) + 12.0 * 26 * 1152 * 729 * patches;
    double projector = 6 * patches * cost.projector().parameters();
    double all = 6 * parameters * tokens + attention + head + tower + projector;
    assertThat(stage.flops().model()).isCloseTo(all, within(0.002 * all));
  }

  @Test
  void aStepWaitsForTheRankWithMostSamples() {
    StagePlan stage = plan("7b", List.of(128, 224, 256), USUAL).stages().get(2);
    assertThat(stage.points().get(0).share()).isEqualTo(2);
    assertThat(stage.points().get(1).seconds())
        .isCloseTo(stage.points().get(0).seconds(), within(0.02));
    assertThat(stage.points().get(2).seconds()).isLessThan(0.6 * stage.points().get(1).seconds());
    assertThat(stage.advice()).anyMatch(line -> line.contains("a batch of 256 waits"));
  }

  /** The counts of docs/images.md's sizes, and the largest that were found for each stage. */
  @Test
  void tokensFollowTheStagesCanvases() {
    List<StagePlan> stages = plan("7b", List.of(8), USUAL).stages();
    assertThat(stages.get(0).stage().largest()).isEqualTo(new SampleShape(1, 729, 0, 200));
    assertThat(stages.get(1).stage().largest().tiles()).isEqualTo(5);
    assertThat(stages.get(2).stage().average().imageTokens()).isEqualTo(2929);
    assertThat(stages.get(2).stage().largest().tiles()).isEqualTo(37);
    assertThat(stages.get(2).stage().largest().imageTokens()).isGreaterThanOrEqualTo(8765);
  }

  @Test
  void samplesAreStatedOrTheTablesAndSaySo() {
    Recipe recipe = RecipeLoader.load(CONFIGS.resolve("llava-onevision-7b-rsa.yaml"), List.of());
    Plan plan =
        new Planner(Cluster.preset("h100"), List.of(8), USUAL, Map.of("1", 25_600L))
            .plan(recipe, "llava-onevision-7b");
    assertThat(plan.stages().get(0).steps()).isEqualTo(100);
    assertThat(plan.stages().get(1).steps()).isEqualTo(15_625);
    assertThat(plan.lines()).anyMatch(line -> line.contains("Table B.1, as the data is not here"));
  }

  @Test
  void aShapeThatIsNotThereIsAskedFor() {
    Recipe recipe = RecipeLoader.load(CONFIGS.resolve("llava-onevision-7b-rsa.yaml"), List.of());
    Planner planner = new Planner(Cluster.preset("h200"), List.of(8), USUAL, Map.of());
    assertThatThrownBy(() -> planner.plan(recipe, null))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("--model-config");
    assertThatThrownBy(() -> planner.plan(recipe, "llava"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("llava-onevision-1.5b");
  }

  @Test
  void lessMemoryIsNeededWhereASettingSavesIt() {
    for (String setting :
        List.of(
            "stages[1.5].activation_checkpointing=false",
            "stages[1.5].micro_batch_size=8",
            "stages[1.5].batch_size=512",
            "dtype=float32")) {
      long usual = plan("1.5b", List.of(8), USUAL).stages().get(1).points().get(0).memory().total();
      long more =
          plan("1.5b", List.of(8), USUAL, setting).stages().get(1).points().get(0).memory().total();
      assertThat(more).as(setting).isGreaterThan(usual);
    }
  }
}
