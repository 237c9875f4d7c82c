package org.rsavlm.eval.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rsavlm.eval.result.Measure;
import org.rsavlm.eval.result.SeedValues;
import org.rsavlm.eval.result.StageResult;

/** The page of a {@link RunReport}. */
final class HtmlPage {

  private HtmlPage() {}

  static String of(RunReport report) {
    Optional<ArmResult> baseline = arm(report, ArmResult.BASELINE);
    Optional<ArmResult> rsa = arm(report, ArmResult.RSA);
    StringBuilder html = new StringBuilder();
    html.append(PageFrame.notes(report.notes()));
    if (baseline.isPresent() && rsa.isPresent()) {
      html.append(comparison(report, baseline.get(), rsa.get()));
    }
    html.append(TradeOffSection.of(report)).append('\n');
    html.append(CurveSection.of(report)).append('\n');
    html.append(HeatMapSection.of(report)).append('\n');
    html.append(ExampleSection.of(report)).append('\n');
    html.append(ReadingGuide.of(seeds(report))).append('\n');
    html.append(PageFrame.provenance(report.provenance()));
    return PageFrame.of(report.title(), summary(report), html.toString());
  }

  private static String comparison(RunReport report, ArmResult baseline, ArmResult rsa) {
    List<BarChart.Bar> bars = new ArrayList<>();
    for (ArmResult arm : report.arms()) {
      for (StageResult stage : arm.stages()) {
        SeedValues values = stage.measures().get(Measure.MUTUAL_KNN.key());
        if (values != null && Double.isFinite(values.mean())) {
          bars.add(new BarChart.Bar(stage.stage(), Colors.of(report, arm.key()), values));
        }
      }
    }
    String caption = Measure.MUTUAL_KNN.label() + " after each stage";
    String chart =
        bars.isEmpty()
            ? ""
            : "<figure><figcaption>"
                + caption
                + "</figcaption>"
                + BarChart.of(caption, bars)
                + Colors.legend(report)
                + "</figure>";
    return KeyFigures.of(baseline, rsa)
        + "\n<section><h2>With and without RSA</h2><div class=\"split\">"
        + HeadlineTable.of(baseline, rsa)
        + chart
        + "</div></section>\n";
  }

  private static String summary(RunReport report) {
    int seeds = seeds(report);
    long seconds = Math.round(report.wallSeconds());
    String time = seconds < 120 ? seconds + " s" : (seconds + 30) / 60 + " min";
    if (seconds >= 7200) {
      time = Html.number(seconds / 3600.0, 1) + " h";
    }
    return report.arms().size()
        + (report.arms().size() == 1 ? " run, " : " runs, ")
        + seeds
        + (seeds == 1 ? " seed, " : " seeds, ")
        + time
        + " of wall-clock time";
  }

  private static int seeds(RunReport report) {
    return report.arms().stream()
        .flatMap(arm -> arm.stages().stream())
        .flatMap(stage -> stage.measures().values().stream())
        .mapToInt(SeedValues::size)
        .max()
        .orElse(1);
  }

  private static Optional<ArmResult> arm(RunReport report, String key) {
    return report.arms().stream().filter(arm -> arm.key().equals(key)).findFirst();
  }
}
