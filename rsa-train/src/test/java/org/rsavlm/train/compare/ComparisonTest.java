package org.rsavlm.train.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rsavlm.core.UserException;
import org.rsavlm.eval.report.ArmResult;
import org.rsavlm.eval.report.ReportFiles;
import org.rsavlm.train.config.Recipe;
import org.rsavlm.train.demo.DemoFiles;
import org.rsavlm.train.run.SmallRecipe;

/** The debug recipe with scale matching in Stage-1 and 1.5, one seed and one more weight. */
class ComparisonTest {

  /** Stage 0 once; 1, 1.5 and 2 for each arm; 1 and 1.5 for the weight. */
  private static final int STEPS = 2 * (1 + 3 + 3 + 2);

  private static final Comparison.Options OPTIONS =
      new Comparison.Options(1, List.of(new Comparison.Weight(0.1, false)));

  @TempDir static Path shared;
  private static DemoFiles data;
  private static JsonNode whole;
  private static List<ArmResult> wholeArms;

  @TempDir Path out;

  @BeforeAll
  static void compareWithoutInterruption() throws IOException {
    data = SmallRecipe.data(shared);
    int[] taken = {0};
    ComparisonResult result = run(recipe(), shared.resolve("whole"), taken, Integer.MAX_VALUE);
    whole = report(result, shared);
    wholeArms = result.arms();
    assertThat(wholeArms.get(0).curves()).isNotEmpty();
    assertThat(taken[0]).isEqualTo(STEPS);
    assertThat(whole.at("/runs/baseline/stages")).hasSize(3);
    assertThat(whole.at("/trade_off")).hasSize(3);
    assertThat(whole.at("/examples")).hasSize(5);
    assertThat(whole.at("/runs/rsa/stages/2/layer_grid/scores")).hasSize(3);
  }

  private static Recipe recipe(String... overrides) {
    List<String> own =
        List.of(
            "stages[*].max_steps=2",
            "stages[1.5].rsa.match_scale=true",
            "evaluation.every_steps=2",
            "evaluation.probe_samples=12",
            "evaluation.questions={json_path: heldout_questions.json, images_dir: images}",
            "evaluation.question_count=5");
    return SmallRecipe.on(
        data, Stream.concat(own.stream(), Stream.of(overrides)).toArray(String[]::new));
  }

  /** Runs to the end, or until so many steps were taken. */
  private static ComparisonResult run(Recipe recipe, Path directory, int[] taken, int stopAfter) {
    int before = taken[0];
    return new Comparison(
            recipe, directory, OPTIONS, metrics -> taken[0]++, () -> taken[0] - before >= stopAfter)
        .run();
  }

  /** What readers see, but for the time. */
  private static JsonNode report(ComparisonResult result, Path directory) throws IOException {
    assertThat(result.complete()).isTrue();
    ReportFiles.write(result.report(1), directory);
    return new ObjectMapper().readTree(directory.resolve("report.json").toFile());
  }

  private static JsonNode withoutNotes(JsonNode report) {
    ObjectNode copy = report.deepCopy();
    copy.remove("notes");
    return copy;
  }

  @Test
  void stoppedAndStartedAgainItReportsTheSameAndTrainsNothingTwice() throws IOException {
    int[] taken = {0};
    int starts = 1;
    ComparisonResult result = run(recipe(), out, taken, 5);
    while (!result.complete()) {
      starts++;
      result = run(recipe(), out, taken, 5);
    }
    assertThat(starts).isEqualTo(4);
    assertThat(taken[0]).isEqualTo(STEPS);
    JsonNode resumed = report(result, out);
    assertThat(withoutNotes(resumed)).isEqualTo(withoutNotes(whole));
    assertThat(resumed.get("notes").toString()).contains("that of the last start alone");
    assertThat(whole.get("notes").toString()).doesNotContain("last start");
    assertThat(result.arms()).isEqualTo(wholeArms); // with the curves, which are in the page alone

    assertThat(withoutNotes(report(run(recipe(), out, taken, 5), out)))
        .isEqualTo(withoutNotes(whole));
    assertThat(taken[0]).isEqualTo(STEPS);
  }

  @Test
  void killedItRepeatsTheStepsSinceTheLastCheckpoint() throws IOException {
    int[] taken = {0};
    assertThatThrownBy(
            () ->
                new Comparison(
                        recipe(),
                        out,
                        OPTIONS,
                        metrics -> {
                          if (++taken[0] == 11) { // the first step of the baseline's Stage-1.5
                            throw new IllegalStateException("killed");
                          }
                        },
                        () -> false)
                    .run())
        .hasMessage("killed");
    assertThat(withoutNotes(report(run(recipe(), out, taken, STEPS), out)))
        .isEqualTo(withoutNotes(whole));
    assertThat(taken[0]).isEqualTo(STEPS + 1);
  }

  @Test
  void anotherRecipeIsRefusedUnlessAllIsTrainedAfresh() throws IOException {
    int[] taken = {0};
    run(recipe(), out, taken, 4);
    Recipe other = recipe("stages[1].rsa.lambda=0.5");
    assertThatThrownBy(() -> run(other, out, taken, STEPS))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("holds a run of another recipe")
        .hasMessageContaining("rsa.lambda is 0.01 there and 0.5 now")
        .hasMessageContaining("give another --out");
    assertThat(taken[0]).isEqualTo(4);
    new Comparison(other, out, OPTIONS, metrics -> {}, () -> true).clear();
    run(other, out, taken, 2);
    assertThat(taken[0]).isEqualTo(6);
  }

  @Test
  void whatWasTrainedAndCanNotBeReportedIsNamed() throws IOException {
    int[] taken = {0};
    run(recipe(), out, taken, 9);
    Path measured = out.resolve("seed-0/rsa/measured-1.5.json");
    Files.delete(measured);
    assertThatThrownBy(() -> run(recipe(), out, taken, STEPS))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(measured + ": is missing");
  }
}
