package org.rsavlm.eval.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rsavlm.eval.alignment.LayerGrid;
import org.rsavlm.eval.result.StageResult;

/** All layer pairs of each stage, the arms side by side, in one colour scale. */
final class HeatMapSection {
  private HeatMapSection() {}

  private record Entry(ArmResult arm, LayerGrid grid) {}

  static String of(RunReport report) {
    Map<String, List<Entry>> byStage = new LinkedHashMap<>();
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (ArmResult arm : report.arms()) {
      for (StageResult stage : arm.stages()) {
        @Nullable LayerGrid grid = stage.grid();
        if (grid != null) {
          byStage
              .computeIfAbsent(stage.stage(), unused -> new ArrayList<>())
              .add(new Entry(arm, grid));
          for (List<Double> row : grid.scores()) {
            for (double score : row) {
              low = Math.min(low, Double.isFinite(score) ? score : low);
              high = Math.max(high, Double.isFinite(score) ? score : high);
            }
          }
        }
      }
    }
    if (byStage.isEmpty()) {
      return "";
    }
    low = Math.min(low, 1);
    high = high > low ? high : low + 1;
    StringBuilder html =
        new StringBuilder("<section><h2>Layer by layer</h2><p>Alignment of every vision layer with")
            .append(" every language layer, on held-out pairs. All maps share one colour scale;")
            .append(" brighter is higher, the best pair is framed.</p>")
            .append("<div class=\"scale\">")
            .append(HeatMap.legend(low, high))
            .append("</div>");
    for (Map.Entry<String, List<Entry>> stage : byStage.entrySet()) {
      html.append("<h3>Stage ").append(Html.escape(stage.getKey())).append("</h3>");
      html.append("<div class=\"figures\">");
      for (Entry entry : stage.getValue()) {
        html.append(figure(report, entry, stage.getKey(), low, high));
      }
      html.append(difference(stage.getValue(), stage.getKey(), high - low));
      html.append("</div>");
    }
    return html.append("</section>").toString();
  }

  /** RSA less the baseline, where both were measured at the same layers. */
  private static String difference(List<Entry> entries, String stage, double reach) {
    @Nullable LayerGrid with = grid(entries, ArmResult.RSA);
    @Nullable LayerGrid without = grid(entries, ArmResult.BASELINE);
    if (with == null
        || without == null
        || with.visionLayers() != without.visionLayers()
        || with.textLayers() != without.textLayers()) {
      return "";
    }
    List<List<Double>> scores = new ArrayList<>();
    int higher = 0;
    for (int v = 0; v < with.visionLayers(); v++) {
      List<Double> row = new ArrayList<>();
      for (int t = 0; t < with.textLayers(); t++) {
        double difference = with.score(v, t) - without.score(v, t);
        row.add(difference);
        higher += difference > 0 ? 1 : 0;
      }
      scores.add(row);
    }
    return "<figure><figcaption>Difference</figcaption>"
        + HeatMap.ofDifferences(
            "difference by layer, stage " + stage, new LayerGrid(with.metric(), scores), reach)
        + "<p class=\"note\">blue: higher with RSA, red: lower; higher at "
        + higher
        + " of "
        + with.visionLayers() * with.textLayers()
        + " pairs</p></figure>";
  }

  private static @Nullable LayerGrid grid(List<Entry> entries, String key) {
    for (Entry entry : entries) {
      if (entry.arm().key().equals(key)) {
        return entry.grid();
      }
    }
    return null;
  }

  private static String figure(
      RunReport report, Entry entry, String stage, double low, double high) {
    LayerGrid.Cell best = entry.grid().best();
    return "<figure><figcaption><i class=\""
        + Colors.of(report, entry.arm().key())
        + "\"></i>"
        + Html.escape(entry.arm().label())
        + "</figcaption>"
        + HeatMap.of(
            entry.grid().metric() + " by layer, " + entry.arm().label() + ", stage " + stage,
            entry.grid(),
            low,
            high)
        + "<p class=\"note\">best "
        + Html.number(best.score(), 3)
        + " at vision "
        + best.visionLayer()
        + ", language "
        + best.textLayer()
        + "; last layers "
        + Html.number(entry.grid().lastLast().score(), 3)
        + "</p></figure>";
  }
}
