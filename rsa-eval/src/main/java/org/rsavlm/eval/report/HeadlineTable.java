package org.rsavlm.eval.report;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rsavlm.eval.result.Measure;
import org.rsavlm.eval.result.SeedValues;
import org.rsavlm.eval.result.StageResult;

/** RSA against the baseline, stage by stage: every measure that both arms have. */
final class HeadlineTable {
  private HeadlineTable() {}

  static String of(ArmResult baseline, ArmResult rsa) {
    StringBuilder html = new StringBuilder();
    html.append("<div class=\"scroll\"><table><thead><tr><th scope=\"col\">Stage</th>");
    for (ArmResult arm : new ArmResult[] {baseline, rsa}) {
      html.append("<th scope=\"col\" class=\"num\">")
          .append(Html.escape(arm.label()))
          .append("</th>");
    }
    html.append("<th scope=\"col\" class=\"num\">Difference</th></tr></thead>");
    for (String key : keys(baseline, rsa)) {
      Optional<Measure> measure = Measure.of(key);
      html.append("<tbody><tr class=\"group\"><th colspan=\"4\" scope=\"rowgroup\">")
          .append(Html.escape(measure.map(Measure::label).orElse(key)))
          .append(direction(measure))
          .append("</th></tr>");
      for (StageResult base : baseline.stages()) {
        SeedValues without = base.measures().get(key);
        SeedValues with = valueOf(rsa, base.stage(), key);
        if (without != null && with != null) {
          row(html, measure.orElse(null), base.stage(), without, with);
        }
      }
      html.append("</tbody>");
    }
    return html.append("</table></div>").toString();
  }

  private static String direction(Optional<Measure> measure) {
    return switch (measure.map(Measure::better).orElse(Measure.Better.NEITHER)) {
      case HIGHER -> " <small>higher is better</small>";
      case LOWER -> " <small>lower is better</small>";
      case NEITHER -> "";
    };
  }

  private static void row(
      StringBuilder html,
      @Nullable Measure measure,
      String stage,
      SeedValues without,
      SeedValues with) {
    int decimals = measure == null ? 3 : measure.decimals();
    SeedValues difference = with.minus(without);
    Verdict verdict = Verdict.of(measure, difference, decimals);
    html.append("<tr><th scope=\"row\">").append(Html.escape(stage)).append("</th>");
    cell(html, "num", Html.number(without.mean(), decimals), without, decimals);
    cell(html, "num", Html.number(with.mean(), decimals), with, decimals);
    String text = verdict.sign() + Html.signed(difference.mean(), decimals);
    cell(html, "num " + verdict.cssClass(), text, difference, decimals);
    html.append("</tr>");
  }

  private static void cell(
      StringBuilder html, String cssClass, String text, SeedValues values, int decimals) {
    html.append("<td class=\"").append(cssClass).append("\">").append(text);
    if (values.size() > 1) {
      html.append("<small>±").append(Html.number(values.deviation(), decimals)).append("</small>");
    }
    html.append("</td>");
  }

  private static Set<String> keys(ArmResult baseline, ArmResult rsa) {
    Set<String> keys = new LinkedHashSet<>();
    rsa.stages().forEach(stage -> keys.addAll(stage.measures().keySet()));
    Set<String> both = new LinkedHashSet<>();
    baseline.stages().forEach(stage -> both.addAll(stage.measures().keySet()));
    keys.retainAll(both);
    return keys;
  }

  private static @Nullable SeedValues valueOf(ArmResult arm, String stage, String key) {
    for (StageResult result : arm.stages()) {
      if (result.stage().equals(stage)) {
        return result.measures().get(key);
      }
    }
    return null;
  }
}
