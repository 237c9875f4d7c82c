package org.rsavlm.eval.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rsavlm.eval.alignment.LayerGrid;
import org.rsavlm.eval.result.Measure;
import org.rsavlm.eval.result.SeedValues;
import org.rsavlm.eval.result.StageResult;

class RunReportTest {

  @Test
  void jsonHoldsMeansAndSeedsByRunAndStage(@TempDir Path directory) throws Exception {
    StageResult one =
        new StageResult(
            "1.5",
            Map.of("mutual_knn", SeedValues.of(0.1), "lm_loss", SeedValues.of(Double.NaN)),
            new LayerGrid("mutual_knn", List.of(List.of(0.1, 0.4))));
    StageResult two =
        new StageResult(
            "1.5",
            Map.of("mutual_knn", SeedValues.of(0.2), "lm_loss", SeedValues.of(2.0)),
            new LayerGrid("mutual_knn", List.of(List.of(0.3, 0.2))));
    RunReport report =
        RunReport.builder("A <b> & \"c\"")
            .arm(new ArmResult(ArmResult.BASELINE, "without", List.of(one), List.of()))
            .arm(
                new ArmResult(
                    ArmResult.RSA,
                    "with",
                    List.of(StageResult.merge(List.of(one, two))),
                    List.of()))
            .wallSeconds(12.5)
            .build();
    ReportFiles.write(report, directory);

    JsonNode json = new ObjectMapper().readTree(directory.resolve("report.json").toFile());
    JsonNode stage = json.at("/runs/rsa/stages/0");
    assertThat(stage.path("stage").asText()).isEqualTo("1.5");
    assertThat(stage.path("mutual_knn").asDouble()).isCloseTo(0.15, within(1e-12));
    assertThat(stage.at("/seeds/mutual_knn/1").asDouble()).isEqualTo(0.2);
    assertThat(stage.path("lm_loss").isNull()).isTrue();
    assertThat(stage.at("/layer_grid/best/score").asDouble()).isCloseTo(0.3, within(1e-12));
    assertThat(json.at("/runs/baseline/stages/0/mutual_knn").asDouble()).isEqualTo(0.1);
    assertThat(json.at("/runs/baseline/stages/0").has("seeds")).isFalse();
    assertThat(json.path("wall_seconds").asDouble()).isEqualTo(12.5);
    assertThat(Files.readString(directory.resolve("report.html")))
        .contains("A &lt;b&gt; &amp; &quot;c&quot;")
        .doesNotContain("A <b>");
    try (var files = Files.list(directory)) {
      assertThat(files).hasSize(2);
    }
  }

  @Test
  void verdictFollowsTheDirectionOfTheMeasureAndTheAgreementOfSeeds() {
    assertThat(Verdict.of(Measure.MUTUAL_KNN, SeedValues.of(0.02, 0.01), 3))
        .isEqualTo(Verdict.GAIN);
    assertThat(Verdict.of(Measure.LM_LOSS, SeedValues.of(0.02), 3)).isEqualTo(Verdict.LOSS);
    assertThat(Verdict.of(Measure.LM_LOSS, SeedValues.of(-0.02), 3)).isEqualTo(Verdict.GAIN);
    assertThat(Verdict.of(Measure.LM_LOSS, SeedValues.of(-0.02, 0.001), 3)).isEqualTo(Verdict.EVEN);
    assertThat(Verdict.of(Measure.LM_LOSS, SeedValues.of(0.0001), 3)).isEqualTo(Verdict.EVEN);
    assertThat(Verdict.of(null, SeedValues.of(1), 3)).isEqualTo(Verdict.NONE);
  }
}
