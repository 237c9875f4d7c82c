package org.rsavlm.eval.report;

import java.util.List;
import org.rsavlm.eval.report.PlanPage.Curves;
import org.rsavlm.eval.report.PlanPage.Section;
import org.rsavlm.eval.report.PlanPage.Stacks;

/** A part of a {@link PlanPage} as HTML. */
final class PlanSection {

  /** Colour classes, in the order in which names take them. */
  private static final List<String> COLOURS =
      List.of("arm-rsa", "arm-baseline", "arm-other0", "arm-other1", "arm-other2", "plain");

  private PlanSection() {}

  static String colour(int index) {
    return COLOURS.get(index % COLOURS.size());
  }

  static void append(StringBuilder html, Section section) {
    html.append("<section><h2>").append(Html.escape(section.title())).append("</h2>");
    section.texts().forEach(text -> paragraph(html, "lead", text));
    if (!section.curves().isEmpty()) {
      legend(
          html,
          section.curves().stream().flatMap(c -> c.lines().keySet().stream()).distinct().toList());
      html.append("<div class=\"figures\">");
      for (Curves curves : section.curves()) {
        figure(html, curves.caption(), GpuChart.of(curves));
      }
      html.append("</div>");
    }
    Stacks stacks = section.stacks();
    if (stacks != null) {
      html.append("<div class=\"split\">");
    }
    if (!section.rows().isEmpty()) {
      table(html, section);
    }
    if (stacks != null) {
      html.append("<figure><figcaption>").append(Html.escape(stacks.caption()));
      html.append("</figcaption>").append(StackChart.of(stacks));
      legend(html, stacks.parts());
      html.append("</figure></div>");
    }
    section.notes().forEach(note -> paragraph(html, "note", note));
    html.append("</section>\n");
  }

  private static void paragraph(StringBuilder html, String cssClass, String text) {
    html.append("<p class=\"").append(cssClass).append("\">");
    html.append(Html.escape(text)).append("</p>");
  }

  private static void figure(StringBuilder html, String caption, String drawing) {
    html.append("<figure><figcaption>").append(Html.escape(caption)).append("</figcaption>");
    html.append(drawing).append("</figure>");
  }

  private static void legend(StringBuilder html, List<String> names) {
    html.append("<p class=\"legend\">");
    for (int i = 0; i < names.size(); i++) {
      html.append("<span><i class=\"").append(colour(i)).append("\"></i>");
      html.append(Html.escape(names.get(i))).append("</span> ");
    }
    html.append("</p>");
  }

  private static void table(StringBuilder html, Section section) {
    html.append("<div class=\"scroll\"><table><thead><tr>");
    for (int i = 0; i < section.columns().size(); i++) {
      html.append(i == 0 ? "<th scope=\"col\">" : "<th scope=\"col\" class=\"num\">");
      html.append(Html.escape(section.columns().get(i))).append("</th>");
    }
    html.append("</tr></thead><tbody>");
    for (List<String> row : section.rows()) {
      html.append("<tr><th scope=\"row\">").append(Html.escape(row.get(0))).append("</th>");
      for (String cell : row.subList(1, row.size())) {
        html.append("<td class=\"num\">").append(Html.escape(cell)).append("</td>");
      }
      html.append("</tr>");
    }
    html.append("</tbody></table></div>");
  }
}
