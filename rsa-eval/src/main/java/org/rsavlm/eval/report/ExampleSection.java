package org.rsavlm.eval.report;

import java.util.Map;

/** Held-out samples with the answers of all arms beside each other. */
final class ExampleSection {
  private ExampleSection() {}

  static String of(RunReport report) {
    if (report.examples().isEmpty()) {
      return "";
    }
    StringBuilder html =
        new StringBuilder("<section><h2>Examples</h2><p>Held-out samples, answered greedily by")
            .append(" the models of the last stage. A ✓ marks an answer equal to the reference.")
            .append("</p><div class=\"examples\">");
    for (Example example : report.examples()) {
      html.append("<article>");
      String picture =
          InlinePicture.of(example.picture())
              .map(uri -> "<img alt=\"the picture asked about\" src=\"" + uri + "\">")
              .orElse("<div class=\"missing\">picture could not be read</div>");
      html.append(picture).append("<dl>");
      AnswerRow.append(html, "Asked", "", example.prompt(), mark(""));
      AnswerRow.append(html, "Reference", "", example.reference(), mark(""));
      for (Map.Entry<String, String> answer : example.answers().entrySet()) {
        String label =
            report.arms().stream()
                .filter(arm -> arm.key().equals(answer.getKey()))
                .map(ArmResult::label)
                .findFirst()
                .orElse(answer.getKey());
        boolean right = same(answer.getValue(), example.reference());
        AnswerRow.append(
            html,
            label,
            Colors.of(report, answer.getKey()),
            answer.getValue(),
            mark(right ? " ✓" : ""));
      }
      html.append("</dl></article>");
    }
    return html.append("</div></section>").toString();
  }

  private static boolean same(String answer, String reference) {
    return !reference.isBlank() && answer.strip().equalsIgnoreCase(reference.strip());
  }

  private static String mark(String text) {
    return "<b class=\"gain\">" + text + "</b>";
  }
}
