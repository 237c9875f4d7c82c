package org.rsavlm.eval.report;

import java.util.List;

/** Colour classes of the arms, the same in every figure and table. */
final class Colors {
  private Colors() {}

  static String of(RunReport report, String key) {
    if (key.equals(ArmResult.RSA) || key.equals(ArmResult.BASELINE)) {
      return "arm-" + key;
    }
    List<String> others =
        report.arms().stream()
            .map(ArmResult::key)
            .filter(k -> !k.equals(ArmResult.RSA) && !k.equals(ArmResult.BASELINE))
            .toList();
    return "arm-other" + Math.floorMod(others.indexOf(key), 3);
  }

  /** Returns the names of the arms beside their colours, as HTML. */
  static String legend(RunReport report) {
    StringBuilder html = new StringBuilder("<p class=\"legend\">");
    for (ArmResult arm : report.arms()) {
      html.append("<span><i class=\"")
          .append(of(report, arm.key()))
          .append("\"></i>")
          .append(Html.escape(arm.label()))
          .append("</span> ");
    }
    return html.append("</p>").toString();
  }
}
