package org.rsavlm.eval.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One table or figure of a paper with our measures beside it, ready to be shown.
 *
 * @param title heading
 * @param text what it is, in a sentence or two
 * @param columns headings of the values
 * @param lines of the table; may be empty
 * @param figures curves; may be empty
 * @param maps layer maps; may be empty
 * @param notes what a reader must know
 */
public record StudySection(
    String title,
    String text,
    List<String> columns,
    List<Line> lines,
    List<Figure> figures,
    List<AlignmentPage.Entry> maps,
    List<String> notes) {

  /** Copies the lists; every line must have a cell for each column. */
  public StudySection {
    columns = List.copyOf(columns);
    lines = List.copyOf(lines);
    figures = List.copyOf(figures);
    maps = List.copyOf(maps);
    notes = List.copyOf(notes);
    for (Line line : lines) {
      if (line.cells().size() != columns.size()) {
        throw new IllegalArgumentException(
            line.cells().size() + " cells for " + columns.size() + " columns");
      }
    }
  }

  /**
   * A line of the table.
   *
   * @param label what was measured
   * @param source whose numbers: {@code paper} or {@code ours}
   * @param cells one a column
   */
  public record Line(String label, String source, List<Cell> cells) {

    /** Copies the list. */
    public Line {
      cells = List.copyOf(cells);
    }
  }

  /**
   * A value.
   *
   * @param text the number, or a dash
   * @param spread deviation or count, in small; may be empty
   * @param mark what a difference means
   */
  public record Cell(String text, String spread, Mark mark) {

    /** A cell without value. */
    public static final Cell EMPTY = new Cell("–", "", Mark.NONE);
  }

  /** What a difference means. */
  public enum Mark {
    /** Better, in all seeds. */
    GAIN,
    /** Worse, in all seeds. */
    LOSS,
    /** No difference, or none that all seeds agree about. */
    NONE
  }

  /**
   * Curves over steps.
   *
   * @param caption what is shown
   * @param series curves of the seeds by the run's key
   */
  public record Figure(String caption, Map<String, List<StepCurve>> series) {

    /** Copies the map, its order kept. */
    public Figure {
      series = Collections.unmodifiableMap(new LinkedHashMap<>(series));
    }
  }
}
