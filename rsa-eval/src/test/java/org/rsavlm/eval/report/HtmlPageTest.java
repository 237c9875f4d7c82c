package org.rsavlm.eval.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rsavlm.core.UserException;
import org.rsavlm.eval.alignment.LayerGrid;
import org.rsavlm.eval.result.SeedValues;
import org.rsavlm.eval.result.StageResult;
import org.xml.sax.InputSource;

class HtmlPageTest {
  @TempDir Path directory;

  @Test
  void fullPageHoldsAllPartsAndLoadsNothing() throws Exception {
    RunReport report = SampleReport.in(directory);
    ReportFiles.write(report, Path.of("target", "sample-report"));
    String html = HtmlPage.of(report);
    assertThat(html)
        .contains("With and without RSA", "What alignment costs", "Training curves")
        .contains("Layer by layer", "Examples", "How to read this", "Provenance")
        .contains("data:image/png;base64,")
        .doesNotContainPattern("(?i)<script|<link|(src|href)=\"(?!data:)|@import|url\\(");
    assertThat(html.split("<svg", -1)).hasSize(1 + 1 + 1 + 5 + 1 + 9);
  }

  @Test
  void drawingsAreWellFormedInAnyLocale() throws Exception {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(new Locale("hi", "IN"));
      String html = HtmlPage.of(SampleReport.in(directory));
      Matcher matcher = Pattern.compile("(?s)<svg.*?</svg>").matcher(html);
      while (matcher.find()) {
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(matcher.group())));
        assertThat(matcher.group()).doesNotContain("NaN", "Infinity");
      }
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void everyTextIsEscaped() throws Exception {
    String evil = "</title><script>alert('x')</script>\"\u0000";
    Path missing = directory.resolve("none.png");
    StageResult stage =
        new StageResult(
            evil,
            Map.of(evil, SeedValues.of(1), "mutual_knn", SeedValues.of(1)),
            new LayerGrid(evil, List.of(List.of(0.5))));
    StepCurve curve = new StepCurve(evil, evil, 0, new long[] {1, 2}, new double[] {1, 2});
    String html =
        HtmlPage.of(
            RunReport.builder(evil)
                .note(evil)
                .arm(new ArmResult(ArmResult.BASELINE, evil, List.of(stage), List.of(curve)))
                .arm(new ArmResult(ArmResult.RSA, evil, List.of(stage), List.of(curve)))
                .arm(new ArmResult(evil, evil, List.of(stage), List.of(curve)))
                .tradeOff(
                    new TradeOff(
                        evil,
                        1,
                        Map.of(
                            "lm_loss",
                            SeedValues.of(1),
                            "mutual_knn",
                            SeedValues.of(1),
                            evil,
                            SeedValues.of(1))))
                .example(new Example(missing, evil, evil, Map.of(evil, evil)))
                .provenance(evil, evil)
                .build());
    assertThat(html).doesNotContain("<script", "alert('").contains("picture could not be read");
  }

  @Test
  void aRunWithNothingButNaNStillMakesAPage() {
    StageResult stage =
        new StageResult(
            "1",
            Map.of("mutual_knn", SeedValues.of(Double.NaN), "lm_loss", SeedValues.of(Double.NaN)),
            new LayerGrid("mutual_knn", List.of(List.of(Double.NaN))));
    StepCurve curve = new StepCurve("1", "loss_lm", 0, new long[] {1}, new double[] {Double.NaN});
    String html =
        HtmlPage.of(
            RunReport.builder("lost")
                .arm(new ArmResult(ArmResult.BASELINE, "b", List.of(stage), List.of(curve)))
                .arm(new ArmResult(ArmResult.RSA, "r", List.of(stage), List.of(curve)))
                .tradeOff(new TradeOff("λ", 1, stage.measures()))
                .build());
    assertThat(html).contains("–").doesNotContain("NaN", "Infinity", "\uFFFD");
  }

  @Test
  void curvesAreReadByStageAndACutLastLineIsPassedOver() throws Exception {
    Path file = directory.resolve("metrics.jsonl");
    Files.writeString(
        file,
        """
        {"step":1,"stage":"1","loss_lm":3.0,"loss_rsa":null}
        {"step":2,"stage":"1","loss_lm":2.0,"loss_rsa":0.5}
        {"step":1,"stage":"1.5","loss_lm":1.0}
        {"step":2,"sta""");
    List<StepCurve> curves = CurveReader.read(file, 7, List.of("loss_lm", "loss_rsa"));
    assertThat(curves)
        .containsExactly(
            new StepCurve("1", "loss_lm", 7, new long[] {1, 2}, new double[] {3, 2}),
            new StepCurve("1", "loss_rsa", 7, new long[] {2}, new double[] {0.5}),
            new StepCurve("1.5", "loss_lm", 7, new long[] {1}, new double[] {1}));
    Files.writeString(file, "{\"step\":1\n{\"step\":2,\"stage\":\"1\"}\n");
    assertThatThrownBy(() -> CurveReader.read(file, 7, List.of("loss_lm")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("line 1");
  }

  @Test
  void curvesOfSeedsAreAveragedInBuckets() {
    long[] steps = new long[1000];
    double[] ones = new double[1000];
    double[] threes = new double[1000];
    for (int i = 0; i < 1000; i++) {
      steps[i] = i;
      ones[i] = i < 500 ? 1 : Double.NaN;
      threes[i] = 3;
    }
    CurveSummary summary =
        CurveSummary.of(
            List.of(
                new StepCurve("1", "x", 0, steps, ones),
                new StepCurve("1", "x", 1, steps, threes)));
    assertThat(summary.points()).hasSize(CurveSummary.BUCKETS);
    assertThat(summary.points().get(0)[1]).isCloseTo(2, within(1e-12));
    assertThat(summary.points().get(0)[2]).isEqualTo(1);
    assertThat(summary.points().get(CurveSummary.BUCKETS - 1)[1]).isEqualTo(3);
  }
}
