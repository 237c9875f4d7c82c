package org.rsavlm.eval.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rsavlm.models.table.Row;

/** Prompts, scores and metrics against lmms-eval's own functions; see the Python script beside. */
class LmmsEvalParityTest {

  static Stream<String> names() {
    return Benchmarks.all().stream().map(Benchmark::name);
  }

  @Test
  void allFifteenAreThere() {
    assertThat(names()).hasSize(15).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("names")
  void promptsAreEqual(String name) {
    BenchmarkFixture fixture = BenchmarkFixture.of(name);
    SoftAssertions all = new SoftAssertions();
    for (int i = 0; i < fixture.rows().size(); i++) {
      all.assertThat(Benchmarks.named(name).prompt(fixture.rows().get(i)))
          .isEqualTo(fixture.json().get("prompts").get(i).textValue());
    }
    all.assertAll();
  }

  @ParameterizedTest
  @MethodSource("names")
  void scoresAreEqual(String name) {
    BenchmarkFixture fixture = BenchmarkFixture.of(name);
    SoftAssertions all = new SoftAssertions();
    int compared = 0;
    for (JsonNode pass : fixture.json().get("passes")) {
      for (int i = 0; i < fixture.rows().size(); i++) {
        Row row = fixture.rows().get(i);
        String answer = pass.get("answers").get(i).textValue();
        all.assertThat(Benchmarks.named(name).judge(row, answer).score())
            .as("row %d, answer <%s>", i, answer)
            .isEqualTo(pass.get("scores").get(i).doubleValue(), within(1e-12));
        compared++;
      }
    }
    all.assertAll();
    assertThat(compared).isGreaterThanOrEqualTo(1000);
  }

  @ParameterizedTest
  @MethodSource("names")
  void metricsAreEqual(String name) {
    Benchmark benchmark = Benchmarks.named(name);
    BenchmarkFixture fixture = BenchmarkFixture.of(name);
    for (JsonNode pass : fixture.json().get("passes")) {
      List<ScoredAnswer> judged = new ArrayList<>();
      for (int i = 0; i < fixture.rows().size(); i++) {
        judged.add(benchmark.judge(fixture.rows().get(i), pass.get("answers").get(i).textValue()));
      }
      BenchmarkScore score = benchmark.score(judged);
      assertThat(score.questions()).isEqualTo(fixture.rows().size());
      pass.get("metrics")
          .properties()
          .forEach(
              metric -> {
                if (!metric.getKey().equals("as_published")) {
                  assertThat(value(score, metric.getKey()))
                      .as(metric.getKey())
                      .isEqualTo(metric.getValue().doubleValue(), within(tolerance(name)));
                }
              });
    }
  }

  /** lmms-eval rounds MMMU's scores to five places. */
  private static double tolerance(String name) {
    return name.startsWith("mmmu") ? 5.1e-6 : 1e-9;
  }

  private static double value(BenchmarkScore score, String key) {
    if (key.equals("score")) {
      return score.score();
    }
    int slash = key.indexOf('/');
    if (slash > 0) {
      Map<String, GroupScore> table = score.tables().get(key.substring(0, slash));
      return table.get(key.substring(slash + 1)).score();
    }
    return score.metrics().get(key.replaceFirst("^mme_(.*)_score$", "$1"));
  }

  /** The reason why MMMU's open questions follow MMMU's own rule: as published they never count. */
  @Test
  void publishedMmmuScoresNoOpenQuestion() {
    Benchmark benchmark = Benchmarks.named("mmmu");
    BenchmarkFixture fixture = BenchmarkFixture.of("mmmu");
    for (JsonNode pass : fixture.json().get("passes")) {
      double choices = 0;
      for (int i = 0; i < fixture.rows().size(); i++) {
        ScoredAnswer one =
            benchmark.judge(fixture.rows().get(i), pass.get("answers").get(i).textValue());
        choices += one.tag("question_type").equals("multiple-choice") ? one.score() : 0;
      }
      assertThat(choices / fixture.rows().size())
          .isEqualTo(pass.get("metrics").get("as_published").doubleValue(), within(5.1e-6));
    }
  }
}
