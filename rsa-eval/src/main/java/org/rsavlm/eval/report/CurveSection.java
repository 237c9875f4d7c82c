package org.rsavlm.eval.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rsavlm.eval.result.Measure;

/** Losses over steps: a figure per value and stage, the arms in one figure. */
final class CurveSection {
  private static final Map<String, String> LABELS =
      Map.of(
          Measure.MUTUAL_KNN.key(),
          "Mutual-kNN (probe set)",
          Measure.LM_LOSS.key(),
          "LM loss (probe set)",
          "loss",
          "Total loss",
          "loss_lm",
          "LM loss (training)",
          "loss_rsa",
          "RSA loss (training)");

  private CurveSection() {}

  static String of(RunReport report) {
    Set<String> stages = new LinkedHashSet<>();
    Set<String> measures = new LinkedHashSet<>();
    for (ArmResult arm : report.arms()) {
      for (StepCurve curve : arm.curves()) {
        stages.add(curve.stage());
        measures.add(curve.measure());
      }
    }
    StringBuilder figures = new StringBuilder();
    for (String measure : measures) {
      for (String stage : stages) {
        figures.append(figure(report, measure, stage));
      }
    }
    if (figures.isEmpty()) {
      return "";
    }
    return "<section><h2>Training curves</h2>"
        + Colors.legend(report)
        + "<div class=\"figures\">"
        + figures
        + "</div></section>";
  }

  private static String figure(RunReport report, String measure, String stage) {
    List<LineChart.Series> series = new ArrayList<>();
    for (ArmResult arm : report.arms()) {
      List<StepCurve> seeds =
          arm.curves().stream()
              .filter(c -> c.measure().equals(measure) && c.stage().equals(stage))
              .toList();
      CurveSummary summary = CurveSummary.of(seeds);
      if (!summary.points().isEmpty()) {
        series.add(new LineChart.Series(Colors.of(report, arm.key()), summary));
      }
    }
    if (series.isEmpty()) {
      return "";
    }
    String caption = LABELS.getOrDefault(measure, measure) + ", stage " + stage;
    return "<figure><figcaption>"
        + Html.escape(caption)
        + "</figcaption>"
        + LineChart.of(caption, series)
        + "</figure>";
  }
}
