package org.rsavlm.eval.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The whole page: no script, nothing loaded from elsewhere. */
final class HtmlPage {
  /** Nothing may load, whatever text found its way into the page. */
  private static final String POLICY =
      "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

  private HtmlPage() {}

  static String of(RunReport report) {
    Optional<ArmResult> baseline = arm(report, ArmResult.BASELINE);
    Optional<ArmResult> rsa = arm(report, ArmResult.RSA);
    StringBuilder html = new StringBuilder();
    html.append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
        .append("<meta http-equiv=\"Content-Security-Policy\" content=\"")
        .append(POLICY)
        .append("\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
        .append("<meta name=\"color-scheme\" content=\"light dark\"><title>")
        .append(Html.escape(report.title()))
        .append("</title><style>")
        .append(style())
        .append("</style></head>\n<body><main><header><h1>")
        .append(Html.escape(report.title()))
        .append("</h1><p class=\"lead\">")
        .append(Html.escape(summary(report)))
        .append("</p></header>\n");
    for (String note : report.notes()) {
      html.append("<p class=\"callout\">").append(Html.escape(note)).append("</p>\n");
    }
    if (baseline.isPresent() && rsa.isPresent()) {
      html.append(comparison(report, baseline.get(), rsa.get()));
    }
    html.append(TradeOffSection.of(report)).append('\n');
    html.append(CurveSection.of(report)).append('\n');
    html.append(HeatMapSection.of(report)).append('\n');
    html.append(ExampleSection.of(report)).append('\n');
    html.append(ReadingGuide.of(seeds(report))).append('\n');
    html.append(foot(report));
    return html.append("</main></body></html>\n").toString();
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
    return Tiles.of(baseline, rsa)
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

  private static String foot(RunReport report) {
    if (report.provenance().isEmpty()) {
      return "";
    }
    StringBuilder html = new StringBuilder("<footer><h2>Provenance</h2><dl>");
    for (Map.Entry<String, String> entry : report.provenance().entrySet()) {
      html.append("<dt>").append(Html.escape(entry.getKey())).append("</dt><dd>");
      html.append(Html.escape(entry.getValue())).append("</dd>");
    }
    return html.append("</dl></footer>").toString();
  }

  private static Optional<ArmResult> arm(RunReport report, String key) {
    return report.arms().stream().filter(arm -> arm.key().equals(key)).findFirst();
  }

  private static String style() {
    try (InputStream in = HtmlPage.class.getResourceAsStream("report.css")) {
      if (in == null) {
        throw new IllegalStateException("report.css is missing beside " + HtmlPage.class);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
