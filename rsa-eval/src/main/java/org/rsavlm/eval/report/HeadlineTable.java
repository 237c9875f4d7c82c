package org.rsavlm.eval.report;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** RSA against the baseline, stage by stage: every measure that both arms have. */
final class HeadlineTable {
  private HeadlineTable() {}

  static String of(ArmResult baseline, ArmResult rsa) {
    StringBuilder html = new StringBuilder();
    html.append("<div class=\"scroll\"><table class=\"headline\"><thead><tr><th>Measure</th>")
        .append("<th>Stage</th>");
    html.append("<th class=\"num\">").append(Html.escape(baseline.label())).append("</th>");
    html.append("<th class=\"num\">").append(Html.escape(rsa.label())).append("</th>");
    html.append("<th class=\"num\">Difference</th></tr></thead>");
    for (String key : keys(baseline, rsa)) {
      html.append("<tbody>");
      boolean first = true;
      for (StageResult base : baseline.stages()) {
        SeedValues without = base.measures().get(key);
        SeedValues with = valueOf(rsa, base.stage(), key);
        if (without != null && with != null) {
          row(html, first ? key : "", key, base.stage(), without, with);
          first = false;
        }
      }
      html.append("</tbody>");
    }
    return html.append("</table></div>").toString();
  }

  private static void row(
      StringBuilder html,
      String heading,
      String key,
      String stage,
      SeedValues without,
      SeedValues with) {
    Optional<Measure> measure = Measure.of(key);
    int decimals = measure.map(Measure::decimals).orElse(3);
    SeedValues difference = with.minus(without);
    Verdict verdict = Verdict.of(measure.orElse(null), difference, decimals);
    html.append("<tr><th scope=\"row\">")
        .append(heading.isEmpty() ? "" : Html.escape(measure.map(Measure::label).orElse(key)))
        .append("</th><td class=\"stage\">")
        .append(Html.escape(stage))
        .append("</td>");
    cell(html, "num", Html.number(without.mean(), decimals), without, decimals);
    cell(html, "num", Html.number(with.mean(), decimals), with, decimals);
    cell(
        html,
        "num " + verdict.cssClass(),
        Html.signed(difference.mean(), decimals),
        difference,
        decimals);
    html.append("</tr>");
  }

  private static void cell(
      StringBuilder html, String cssClass, String text, SeedValues values, int decimals) {
    html.append("<td class=\"").append(cssClass).append("\">").append(text);
    if (values.size() > 1) {
      html.append("<small> ± ")
          .append(Html.number(values.deviation(), decimals))
          .append("</small>");
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
