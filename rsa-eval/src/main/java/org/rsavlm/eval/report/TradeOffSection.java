package org.rsavlm.eval.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rsavlm.eval.result.Measure;
import org.rsavlm.eval.result.SeedValues;

/** The sweep over the weight of the RSA loss: what alignment costs in language modelling. */
final class TradeOffSection {

  /** Others are in report.json: a sweep is read for what alignment gains and what it costs. */
  private static final List<Measure> SHOWN =
      List.of(Measure.MUTUAL_KNN, Measure.LM_LOSS, Measure.MEAN_DISTANCE_VISION);

  private TradeOffSection() {}

  static String of(RunReport report) {
    if (report.tradeOffs().isEmpty()) {
      return "";
    }
    return "<section><h2>What alignment costs</h2>"
        + "<p>The same training with other weights λ of the RSA loss, measured at the end. To the"
        + " left and up is better: lower LM loss, higher mutual-kNN.</p><div class=\"split\">"
        + table(report.tradeOffs())
        + chart(report.tradeOffs())
        + "</div></section>";
  }

  private static String table(List<TradeOff> settings) {
    Set<String> keys = new LinkedHashSet<>();
    SHOWN.forEach(measure -> keys.add(measure.key()));
    keys.removeIf(key -> settings.stream().noneMatch(s -> s.measures().containsKey(key)));
    StringBuilder html = new StringBuilder("<div class=\"scroll\"><table><thead><tr>");
    html.append("<th scope=\"col\">Setting</th>");
    for (String key : keys) {
      String label = Measure.labelOf(key);
      html.append("<th scope=\"col\" class=\"num\">").append(Html.escape(label)).append("</th>");
    }
    html.append("</tr></thead><tbody>");
    for (TradeOff setting : settings) {
      html.append("<tr><th scope=\"row\">").append(Html.escape(setting.label())).append("</th>");
      for (String key : keys) {
        SeedValues values = setting.measures().get(key);
        int decimals = Measure.decimalsOf(key);
        html.append("<td class=\"num\">")
            .append(values == null ? "–" : Html.number(values.mean(), decimals));
        if (values != null && values.size() > 1) {
          html.append("<small>±").append(Html.number(values.deviation(), decimals));
          html.append("</small>");
        }
        html.append("</td>");
      }
      html.append("</tr>");
    }
    return html.append("</tbody></table></div>").toString();
  }

  private static String chart(List<TradeOff> settings) {
    List<ScatterChart.Point> points = new ArrayList<>();
    for (TradeOff setting : settings) {
      Optional<Double> x = mean(setting, Measure.LM_LOSS);
      Optional<Double> y = mean(setting, Measure.MUTUAL_KNN);
      if (x.isPresent() && y.isPresent()) {
        String arm = setting.lambda() == 0 ? "arm-baseline" : "arm-rsa";
        points.add(new ScatterChart.Point(setting.label(), x.get(), y.get(), arm));
      }
    }
    if (points.isEmpty()) {
      return "";
    }
    String caption = "Mutual-kNN (vertical) against LM loss (horizontal)";
    return "<figure><figcaption>"
        + caption
        + "</figcaption>"
        + ScatterChart.of(caption, Measure.LM_LOSS.label(), points)
        + "</figure>";
  }

  private static Optional<Double> mean(TradeOff setting, Measure measure) {
    return Optional.ofNullable(setting.measures().get(measure.key()))
        .map(SeedValues::mean)
        .filter(Double::isFinite);
  }
}
