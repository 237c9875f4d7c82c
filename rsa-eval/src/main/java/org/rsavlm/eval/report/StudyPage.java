package org.rsavlm.eval.report;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rsavlm.core.io.AtomicFiles;

/**
 * Tables and figures of a paper with our measures beside them, as a page.
 *
 * @param title heading of the page
 * @param lead a sentence below it
 * @param sections one a table or figure
 * @param provenance name and value of what the numbers rest on
 */
public record StudyPage(
    String title, String lead, List<StudySection> sections, Map<String, String> provenance) {

  /** Copies list and map. */
  public StudyPage {
    sections = List.copyOf(sections);
    provenance = Collections.unmodifiableMap(new LinkedHashMap<>(provenance));
  }

  /**
   * Writes the page, in one piece or not at all.
   *
   * @throws org.rsavlm.core.UserException if the file system refuses
   */
  public void writeTo(Path file) {
    StringBuilder html = new StringBuilder();
    for (StudySection section : sections) {
      html.append("<section><h2>").append(Html.escape(section.title())).append("</h2><p>");
      html.append(Html.escape(section.text())).append("</p>");
      table(html, section);
      figures(html, section);
      for (String note : section.notes()) {
        html.append("<p class=\"note\">").append(Html.escape(note)).append("</p>");
      }
      html.append("</section>\n");
      if (!section.maps().isEmpty()) {
        html.append(AlignmentPage.section(section.maps()));
      }
    }
    html.append(PageFrame.provenance(provenance));
    AtomicFiles.write(file, PageFrame.of(title, lead, html.toString()));
  }

  private static void table(StringBuilder html, StudySection section) {
    if (section.lines().isEmpty()) {
      return;
    }
    boolean sources = section.lines().stream().anyMatch(line -> line.source().equals("paper"));
    html.append("<div class=\"scroll\"><table class=\"study\"><thead><tr><th></th>");
    html.append(sources ? "<th></th>" : "");
    for (String column : section.columns()) {
      html.append("<th scope=\"col\" class=\"num\">").append(Html.escape(column)).append("</th>");
    }
    html.append("</tr></thead><tbody>");
    String above = "";
    for (StudySection.Line line : section.lines()) {
      html.append("<tr class=\"").append(line.source()).append("\"><th scope=\"row\">");
      String label = line.label().replace(" = ", "\u00a0=\u00a0");
      html.append(line.label().equals(above) ? "" : Html.escape(label));
      html.append("</th>");
      html.append(sources ? "<td>" + Html.escape(line.source()) + "</td>" : "");
      above = line.label();
      for (StudySection.Cell cell : line.cells()) {
        html.append("<td class=\"num\">").append(value(cell));
        if (!cell.spread().isEmpty()) {
          html.append("<small>").append(Html.escape(cell.spread())).append("</small>");
        }
        html.append("</td>");
      }
      html.append("</tr>");
    }
    html.append("</tbody></table></div>");
  }

  private static String value(StudySection.Cell cell) {
    String text = Html.escape(cell.text());
    return switch (cell.mark()) {
      case GAIN -> "<span class=\"gain\">▲ " + text + "</span>";
      case LOSS -> "<span class=\"loss\">▼ " + text + "</span>";
      case NONE -> text;
    };
  }

  private static void figures(StringBuilder html, StudySection section) {
    if (section.figures().isEmpty()) {
      return;
    }
    List<String> keys =
        section.figures().stream().flatMap(f -> f.series().keySet().stream()).distinct().toList();
    html.append("<p class=\"legend\">");
    for (String key : keys) {
      html.append("<span><i class=\"").append(colour(keys, key)).append("\"></i>");
      html.append(Html.escape(key)).append("</span> ");
    }
    html.append("</p><div class=\"figures\">");
    for (StudySection.Figure figure : section.figures()) {
      List<LineChart.Series> series = new ArrayList<>();
      figure
          .series()
          .forEach(
              (key, curves) ->
                  series.add(new LineChart.Series(colour(keys, key), CurveSummary.of(curves))));
      html.append("<figure><figcaption>").append(Html.escape(figure.caption()));
      html.append("</figcaption>").append(LineChart.of(figure.caption(), series));
      html.append("</figure>");
    }
    html.append("</div>");
  }

  private static String colour(List<String> keys, String key) {
    if (key.equals(ArmResult.RSA) || key.equals(ArmResult.BASELINE)) {
      return "arm-" + key;
    }
    return "arm-other" + Math.floorMod(keys.indexOf(key), 3);
  }
}
