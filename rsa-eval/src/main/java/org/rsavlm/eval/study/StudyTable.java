package org.rsavlm.eval.study;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rsavlm.eval.report.StudySection.Cell;
import org.rsavlm.eval.report.StudySection.Line;
import org.rsavlm.eval.report.StudySection.Mark;
import org.rsavlm.eval.result.Measure;
import org.rsavlm.eval.result.SeedValues;

/**
 * The paper's rows with those of our runs below them. A paper's column holds our figure where a run
 * measured the same thing; what else runs measured gets columns of its own.
 */
final class StudyTable {

  private final Study study;
  private final List<RunMeasurements> runs;
  private final List<Column> columns = new ArrayList<>();

  /** A column as shown: what of a run goes into it, and which of the paper's it is, or -1. */
  record Column(String id, String measure, int paper, String label, double scale, int decimals) {}

  /** A row's values of our runs, one a column; null where nothing was measured. */
  record Ours(Study.Row row, List<@Nullable SeedValues> values) {

    boolean isEmpty() {
      return values.stream().allMatch(value -> value == null);
    }
  }

  /**
   * Lays out the columns.
   *
   * @param measures which measures of runs are shown beside the study's own
   */
  StudyTable(Study study, List<RunMeasurements> runs, List<String> measures) {
    this.study = study;
    this.runs = runs;
    for (int i = 0; i < study.columns().size(); i++) {
      Study.Column one = study.columns().get(i);
      columns.add(
          new Column(one.id(), study.measure(), i, one.label(), one.scale(), one.decimals()));
    }
    Set<List<String>> there = new LinkedHashSet<>();
    columns.forEach(column -> there.add(List.of(column.id(), column.measure())));
    Set<String> wanted = new LinkedHashSet<>(List.of(study.measure()));
    wanted.addAll(measures);
    for (String measure : wanted) {
      for (RunMeasurements run : runs) {
        for (RunMeasurements.Value value : run.values()) {
          if (study.keys().contains(run.key())
              && run.step() < 0
              && value.measure().equals(measure)
              && there.add(List.of(value.column(), measure))) {
            String label = Measure.labelOf(measure);
            if (!value.column().equals(RunMeasurements.HELD_OUT)) {
              label = value.column() + ": " + label;
            } else if (!label.contains(RunMeasurements.HELD_OUT)) {
              label += ", " + RunMeasurements.HELD_OUT;
            }
            columns.add(
                new Column(value.column(), measure, -1, label, 1, Measure.decimalsOf(measure)));
          }
        }
      }
    }
  }

  List<Column> columns() {
    return List.copyOf(columns);
  }

  /** Returns our values of every row, also of rows that no run has measured. */
  List<Ours> ours() {
    List<Ours> all = new ArrayList<>();
    for (Study.Row row : study.rows()) {
      List<@Nullable SeedValues> values = new ArrayList<>();
      for (int c = 0; c < columns.size(); c++) {
        values.add(
            row.difference()
                ? difference(all.get(all.size() - 2), all.get(all.size() - 1), c)
                : find(row, columns.get(c)));
      }
      all.add(new Ours(row, values));
    }
    return all;
  }

  private static @Nullable SeedValues difference(Ours before, Ours after, int column) {
    SeedValues from = before.values().get(column);
    SeedValues to = after.values().get(column);
    return from == null || to == null ? null : to.minus(from);
  }

  private @Nullable SeedValues find(Study.Row row, Column column) {
    List<Double> seeds = new ArrayList<>();
    for (RunMeasurements run : runs) {
      if (run.key().equals(row.key()) && run.step() < 0) {
        @Nullable SeedValues own = null;
        for (RunMeasurements.Value value : run.values()) {
          boolean stage = row.stage().isEmpty() || row.stage().equals(value.stage());
          if (stage
              && value.column().equals(column.id())
              && value.measure().equals(column.measure())) {
            own = value.values(); // the last stage's, where the row names none
          }
        }
        if (own != null) {
          seeds.addAll(own.values());
        }
      }
    }
    return seeds.isEmpty()
        ? null
        : SeedValues.of(seeds.stream().mapToDouble(v -> v * column.scale()).toArray());
  }

  /** Returns the table as it is shown: a line of the paper where it has numbers, a line of ours. */
  List<Line> lines() {
    List<Line> lines = new ArrayList<>();
    for (Ours row : ours()) {
      if (!row.row().paper().isEmpty()) {
        lines.add(new Line(row.row().label(), "paper", paper(row.row())));
      }
      if (!row.isEmpty()) {
        List<Cell> cells = new ArrayList<>();
        for (int c = 0; c < columns.size(); c++) {
          cells.add(cell(row.row(), columns.get(c), row.values().get(c)));
        }
        lines.add(new Line(row.row().label(), "ours", cells));
      }
    }
    return lines;
  }

  private List<Cell> paper(Study.Row row) {
    return columns.stream()
        .map(
            column -> {
              double value = column.paper() < 0 ? Double.NaN : row.paper().get(column.paper());
              return Double.isNaN(value)
                  ? Cell.EMPTY
                  : new Cell(number(value, column.decimals(), row.difference()), "", Mark.NONE);
            })
        .toList();
  }

  private static Cell cell(Study.Row row, Column column, @Nullable SeedValues values) {
    if (values == null || !Double.isFinite(values.mean())) {
      return Cell.EMPTY;
    }
    String text = number(values.mean(), column.decimals(), row.difference());
    if (!row.difference()) {
      return new Cell(
          text,
          values.size() > 1 ? "± " + number(values.deviation(), column.decimals(), false) : "",
          Mark.NONE);
    }
    long up = values.values().stream().filter(value -> value > 0).count();
    long down = values.values().stream().filter(value -> value < 0).count();
    Measure.Better better =
        Measure.of(column.measure()).map(Measure::better).orElse(Measure.Better.HIGHER);
    Mark mark = Mark.NONE;
    boolean agree = up == values.size() || down == values.size();
    if (agree && better != Measure.Better.NEITHER) {
      mark = (up > 0) == (better == Measure.Better.HIGHER) ? Mark.GAIN : Mark.LOSS;
    }
    return new Cell(text, "higher in " + up + " of " + values.size(), mark);
  }

  /** Returns a number in no locale's form, with a true minus. */
  static String number(double value, int decimals, boolean signed) {
    String text = String.format(Locale.ROOT, (signed ? "%+." : "%.") + decimals + "f", value);
    return text.replace('-', '\u2212');
  }

  /** Returns the labels of the columns, in their order. */
  List<String> headings() {
    return columns.stream().map(Column::label).toList();
  }
}
