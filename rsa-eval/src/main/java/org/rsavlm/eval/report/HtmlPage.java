package org.rsavlm.eval.report;

import java.util.Optional;

/** The whole page. */
final class HtmlPage {
  private HtmlPage() {}

  static String of(RunReport report) {
    StringBuilder html = new StringBuilder();
    html.append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
        .append("<title>")
        .append(Html.escape(report.title()))
        .append("</title></head><body><main><h1>")
        .append(Html.escape(report.title()))
        .append("</h1>");
    Optional<ArmResult> baseline = arm(report, ArmResult.BASELINE);
    Optional<ArmResult> rsa = arm(report, ArmResult.RSA);
    if (baseline.isPresent() && rsa.isPresent()) {
      html.append(HeadlineTable.of(baseline.get(), rsa.get()));
    }
    return html.append("</main></body></html>\n").toString();
  }

  private static Optional<ArmResult> arm(RunReport report, String key) {
    return report.arms().stream().filter(arm -> arm.key().equals(key)).findFirst();
  }
}
