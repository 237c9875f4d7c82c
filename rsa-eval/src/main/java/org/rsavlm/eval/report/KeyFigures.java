package org.rsavlm.eval.report;

import java.util.List;
import org.rsavlm.eval.result.Measure;
import org.rsavlm.eval.result.SeedValues;
import org.rsavlm.eval.result.StageResult;

/** The measures that decide, after the last stage, in large figures. */
final class KeyFigures {
  private static final List<Measure> SHOWN =
      List.of(Measure.MUTUAL_KNN, Measure.LM_LOSS, Measure.QA_ACCURACY);

  private KeyFigures() {}

  static String of(ArmResult baseline, ArmResult rsa) {
    StringBuilder html = new StringBuilder("<div class=\"tiles\">");
    for (Measure measure : SHOWN) {
      for (int s = Math.min(baseline.stages().size(), rsa.stages().size()) - 1; s >= 0; s--) {
        StageResult with = rsa.stages().get(s);
        SeedValues after = with.measures().get(measure.key());
        SeedValues before = baseline.stages().get(s).measures().get(measure.key());
        if (after != null && before != null) {
          tile(html, measure, with.stage(), before, after);
          break;
        }
      }
    }
    return html.append("</div>").toString();
  }

  private static void tile(
      StringBuilder html, Measure measure, String stage, SeedValues before, SeedValues after) {
    int decimals = measure.decimals();
    SeedValues difference = after.minus(before);
    Verdict verdict = Verdict.of(measure, difference, decimals);
    html.append("<div class=\"tile\"><div class=\"what\">")
        .append(Html.escape(measure.label()))
        .append(", after stage ")
        .append(Html.escape(stage))
        .append("</div><div class=\"big\">")
        .append(Html.number(after.mean(), decimals))
        .append("</div><div>with RSA, ")
        .append(Html.number(before.mean(), decimals))
        .append(" without <span class=\"")
        .append(verdict.cssClass())
        .append("\">")
        .append(verdict.sign())
        .append(Html.signed(difference.mean(), decimals))
        .append("</span></div></div>");
  }
}
