package org.rsavlm.eval.study;

import java.util.List;
import org.rsavlm.eval.alignment.GridSummary;
import org.rsavlm.eval.alignment.LayerGrid;
import org.rsavlm.eval.report.AlignmentPage;
import org.rsavlm.eval.report.StudySection;

/** A section as Markdown; figures and maps by their numbers alone. */
final class StudyMarkdown {

  private StudyMarkdown() {}

  static void append(StringBuilder out, StudySection section) {
    out.append("## ").append(section.title()).append("\n\n");
    if (!section.text().isEmpty()) {
      out.append(section.text()).append("\n\n");
    }
    if (!section.lines().isEmpty()) {
      row(out, "", "", section.columns());
      out.append("|---|---|").append("--:|".repeat(section.columns().size())).append('\n');
      for (StudySection.Line line : section.lines()) {
        row(
            out,
            line.label(),
            line.source(),
            line.cells().stream().map(StudyMarkdown::text).toList());
      }
      out.append('\n');
    }
    for (AlignmentPage.Entry map : section.maps()) {
      GridSummary summary = map.summary();
      LayerGrid.Cell best = summary.best();
      out.append("- ").append(map.label()).append(", ").append(summary.mean().metric());
      out.append(": best ").append(number(best.score(), summary.bestDeviation(), summary.seeds()));
      out.append(" at vision layer ").append(best.visionLayer());
      out.append(" with language layer ").append(best.textLayer()).append("; last layers ");
      out.append(number(summary.lastLast().score(), summary.lastLastDeviation(), summary.seeds()));
      out.append('\n');
    }
    if (!section.maps().isEmpty()) {
      out.append('\n');
    }
    section.notes().forEach(note -> out.append(note).append("\n\n"));
  }

  private static String number(double mean, double deviation, int seeds) {
    String text = StudyTable.number(mean, 4, false);
    return seeds > 1 ? text + " ± " + StudyTable.number(deviation, 4, false) : text;
  }

  private static String text(StudySection.Cell cell) {
    return switch (cell.mark()) {
          case GAIN -> "▲ ";
          case LOSS -> "▼ ";
          case NONE -> "";
        }
        + cell.text()
        + (cell.spread().isEmpty()
            ? ""
            : cell.spread().startsWith("±") ? " " + cell.spread() : " (" + cell.spread() + ")");
  }

  private static void row(StringBuilder out, String label, String source, List<String> cells) {
    out.append("| ").append(escape(label)).append(" | ").append(source).append(" |");
    cells.forEach(cell -> out.append(' ').append(escape(cell)).append(" |"));
    out.append('\n');
  }

  private static String escape(String text) {
    return text.replace("|", "\\|");
  }
}
