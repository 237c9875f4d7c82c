package org.rsavlm.eval.study;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rsavlm.core.UserException;
import org.rsavlm.core.io.AtomicFiles;
import org.rsavlm.eval.report.AlignmentPage;
import org.rsavlm.eval.report.StudyPage;
import org.rsavlm.eval.report.StudySection;
import org.rsavlm.eval.result.SeedValues;

/**
 * Studies with the runs that stand beside them.
 *
 * @param studies in the order shown
 * @param runs what was measured
 * @param measures keys of measures shown beside each study's own
 */
public record StudyReport(List<Study> studies, List<RunMeasurements> runs, List<String> measures) {

  /**
   * Copies the lists; of several random baselines on a data set, the first is kept.
   *
   * @throws UserException if a run stands beside none of the studies
   */
  public StudyReport {
    studies = List.copyOf(studies);
    measures = List.copyOf(measures);
    runs = withoutRepeatedBaselines(runs);
    List<String> known =
        studies.stream().flatMap(study -> study.keys().stream()).distinct().toList();
    boolean any = studies.stream().anyMatch(study -> study.kind() != Study.Kind.TABLE);
    for (RunMeasurements run : runs) {
      if (!any && run.step() < 0 && !run.key().equals("random") && !known.contains(run.key())) {
        throw new UserException(
            "study",
            "no row takes runs of '" + run.key() + "'",
            "rows of these studies take " + String.join(", ", known));
      }
    }
  }

  private static List<RunMeasurements> withoutRepeatedBaselines(List<RunMeasurements> runs) {
    Set<String> seen = new HashSet<>();
    return runs.stream()
        .filter(
            run ->
                !run.key().equals("random")
                    || run.values().isEmpty()
                    || seen.add(run.values().get(0).column()))
        .toList();
  }

  /** Returns the studies with our runs beside them, ready to be shown. */
  List<StudySection> sections() {
    return studies.stream().map(this::section).toList();
  }

  private StudySection section(Study study) {
    String title = study.source().replaceFirst(";.*", "") + ": " + study.title();
    List<AlignmentPage.Entry> maps = new ArrayList<>();
    List<StudySection.Figure> figures = new ArrayList<>();
    List<StudySection.Line> lines = new ArrayList<>();
    List<String> columns = new ArrayList<>();
    List<String> notes = new ArrayList<>(study.notes());
    switch (study.kind()) {
      case TABLE -> {
        StudyTable table = new StudyTable(study, runs, measures);
        columns.addAll(table.headings());
        lines.addAll(table.lines());
      }
      case MAPS -> runs.forEach(run -> maps.addAll(run.maps()));
      case CURVES -> {
        StudyCurves curves = new StudyCurves(study.categories(), runs);
        columns.addAll(StudyCurves.COLUMNS);
        lines.addAll(curves.lines());
        figures.addAll(curves.figures());
        notes.addAll(curves.notes());
      }
    }
    boolean nothing =
        maps.isEmpty() && lines.stream().noneMatch(line -> line.source().equals("ours"));
    String text =
        nothing
            ? "None of the runs measured this."
            : study.kind() == Study.Kind.TABLE
                ? "Ours: the mean ± the sample standard deviation over seeds. A difference is taken"
                    + " seed by seed; ▲ is better and ▼ worse in every seed."
                : "";
    return new StudySection(title, text, columns, lines, figures, maps, notes);
  }

  /** Returns all studies as one Markdown text. */
  public String markdown() {
    StringBuilder out = new StringBuilder();
    sections().forEach(section -> StudyMarkdown.append(out, section));
    return out.toString();
  }

  /** Returns all studies with their numbers, the paper's and ours. */
  public ObjectNode json() {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    ArrayNode list = document.putArray("studies");
    for (Study study : studies) {
      ObjectNode node = list.addObject();
      node.put("id", study.id()).put("title", study.title()).put("source", study.source());
      List<String> notes = new ArrayList<>(study.notes());
      if (study.kind() == Study.Kind.TABLE) {
        table(node, new StudyTable(study, runs, measures));
      } else if (study.kind() == Study.Kind.CURVES) {
        StudyCurves curves = new StudyCurves(study.categories(), runs);
        curves.notes().forEach(notes::add);
        ArrayNode rows = node.putArray("curves");
        for (StudySection.Line line : curves.lines()) {
          ObjectNode row = rows.addObject().put("label", line.label());
          for (int c = 0; c < StudyCurves.COLUMNS.size(); c++) {
            row.put(StudyCurves.COLUMNS.get(c), line.cells().get(c).text());
          }
        }
      }
      notes.forEach(node.putArray("notes")::add);
    }
    return document;
  }

  private static void table(ObjectNode node, StudyTable table) {
    ArrayNode rows = node.putArray("rows");
    for (StudyTable.Ours row : table.ours()) {
      ObjectNode out = rows.addObject();
      out.put("label", row.row().label()).put("key", row.row().key());
      out.put("stage", row.row().stage()).put("difference", row.row().difference());
      ObjectNode paper = out.putObject("paper");
      ObjectNode ours = out.putObject("ours");
      for (int c = 0; c < table.columns().size(); c++) {
        StudyTable.Column column = table.columns().get(c);
        if (column.paper() >= 0 && !row.row().paper().isEmpty()) {
          put(paper, column.label(), row.row().paper().get(column.paper()));
        }
        SeedValues values = row.values().get(c);
        if (values != null) {
          ObjectNode cell = ours.putObject(column.label());
          put(cell, "mean", values.mean());
          put(cell, "deviation", values.deviation());
          ArrayNode seeds = cell.putArray("seeds");
          values.values().forEach(seeds::add);
        }
      }
    }
  }

  private static void put(ObjectNode node, String key, double value) {
    if (Double.isFinite(value)) {
      node.put(key, value);
    } else {
      node.putNull(key);
    }
  }

  /**
   * Writes {@code study.md}, {@code study.json} and {@code study.html}.
   *
   * @param directory made if missing
   * @param provenance name and value of what the numbers rest on
   * @throws UserException if the file system refuses
   */
  public void writeTo(Path directory, Map<String, String> provenance) {
    AtomicFiles.write(directory.resolve("study.md"), markdown());
    AtomicFiles.write(directory.resolve("study.json"), json().toPrettyString() + "\n");
    String title = studies.size() == 1 ? sections().get(0).title() : "The paper's tables and ours";
    new StudyPage(
            title,
            "Representational Space Alignment for Vision-Language Models, beside our runs",
            sections(),
            new LinkedHashMap<>(provenance))
        .writeTo(directory.resolve("study.html"));
  }
}
