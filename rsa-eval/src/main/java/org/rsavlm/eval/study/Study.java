package org.rsavlm.eval.study;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.rsavlm.core.UserException;

/**
 * A table or figure of the paper.
 *
 * @param id on the command line, such as {@code table-f1}
 * @param title what it shows
 * @param source where it stands in the paper
 * @param kind how it is shown
 * @param measure key of the measure that the paper's columns hold
 * @param columns the paper's columns
 * @param rows the paper's rows
 * @param categories of benchmarks, over which curves are averaged; may be empty
 * @param notes what a reader must know
 */
public record Study(
    String id,
    String title,
    String source,
    Kind kind,
    String measure,
    List<Column> columns,
    List<Row> rows,
    List<Category> categories,
    List<String> notes) {

  private static final List<Study> ALL = load();

  /** How a study is shown. */
  public enum Kind {
    /** Numbers, the paper's above ours. */
    TABLE,
    /** Our layer maps; the paper's are pictures. */
    MAPS,
    /** Our curves over steps; the paper's are pictures. */
    CURVES
  }

  /**
   * A column of the paper.
   *
   * @param id the data set or benchmark as runs name it
   * @param label the paper's
   * @param scale what our values are multiplied by, such as 100 for per cent
   * @param decimals digits after the point
   */
  public record Column(String id, String label, double scale, int decimals) {}

  /**
   * A row of the paper.
   *
   * @param label the paper's
   * @param key of the runs that stand beside it; empty for a difference
   * @param stage that is looked at; empty for the last one
   * @param difference whether it is the row above less the one before that
   * @param paper the numbers as printed, one a column; NaN where there is none
   */
  public record Row(
      String label, String key, String stage, boolean difference, List<Double> paper) {

    /** Copies the list. */
    public Row {
      paper = List.copyOf(paper);
    }
  }

  /**
   * Benchmarks whose scores the paper averages.
   *
   * @param label the paper's
   * @param benchmarks in the order of its Table 1
   */
  public record Category(String label, List<Benchmark> benchmarks) {

    /** Copies the list. */
    public Category {
      benchmarks = List.copyOf(benchmarks);
    }
  }

  /**
   * A benchmark of a category.
   *
   * @param id as runs name it
   * @param label the paper's
   * @param maximum the score of right answers alone
   */
  public record Benchmark(String id, String label, double maximum) {}

  /** Copies the lists. */
  public Study {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
    categories = List.copyOf(categories);
    notes = List.copyOf(notes);
  }

  /** Returns all studies, in the paper's order. */
  public static List<Study> all() {
    return ALL;
  }

  /**
   * Returns the study of an id.
   *
   * @throws UserException if there is none
   */
  public static Study named(String id) {
    return ALL.stream()
        .filter(study -> study.id.equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new UserException(
                    "study",
                    "'" + id + "' is unknown",
                    "one of " + String.join(", ", ALL.stream().map(Study::id).toList())));
  }

  /** Returns the keys of the rows, each once. */
  public List<String> keys() {
    return rows.stream().map(Row::key).filter(key -> !key.isEmpty()).distinct().toList();
  }

  private static List<Study> load() {
    try (InputStream in = Study.class.getResourceAsStream("studies.json")) {
      if (in == null) {
        throw new IllegalStateException("studies.json is missing beside " + Study.class);
      }
      List<Study> studies = new ArrayList<>();
      for (JsonNode node : new JsonMapper().readTree(in)) {
        studies.add(study(node));
      }
      return List.copyOf(studies);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Study study(JsonNode node) {
    List<Column> columns = new ArrayList<>();
    for (JsonNode column : node.path("columns")) {
      columns.add(
          new Column(
              column.get("id").asText(),
              column.get("label").asText(),
              column.path("scale").asDouble(1),
              column.path("decimals").asInt(3)));
    }
    List<Row> rows = new ArrayList<>();
    for (JsonNode row : node.path("rows")) {
      List<Double> paper = new ArrayList<>();
      row.path("paper").forEach(value -> paper.add(value.asDouble(Double.NaN)));
      if (!paper.isEmpty() && paper.size() != columns.size()) {
        throw new IllegalStateException(node.get("id") + ": " + row);
      }
      rows.add(
          new Row(
              row.path("label").asText("Δ"),
              row.path("key").asText(""),
              row.path("stage").asText(""),
              row.path("difference").asBoolean(false),
              paper));
    }
    List<String> notes = new ArrayList<>();
    node.path("notes").forEach(note -> notes.add(note.asText()));
    return new Study(
        node.get("id").asText(),
        node.get("title").asText(),
        node.get("source").asText(),
        Kind.valueOf(node.get("kind").asText().toUpperCase(Locale.ROOT)),
        node.path("measure").asText(""),
        columns,
        rows,
        categories(node),
        notes);
  }

  private static List<Category> categories(JsonNode node) {
    List<Category> categories = new ArrayList<>();
    for (JsonNode category : node.path("categories")) {
      List<Benchmark> benchmarks = new ArrayList<>();
      for (JsonNode one : category.get("benchmarks")) {
        benchmarks.add(
            new Benchmark(
                one.get("id").asText(),
                one.get("label").asText(),
                one.path("maximum").asDouble(1)));
      }
      categories.add(new Category(category.get("label").asText(), benchmarks));
    }
    return categories;
  }
}
