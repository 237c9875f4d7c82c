package org.rsavlm.eval.report;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.io.AtomicFiles;

/**
 * What training takes on a number of GPUs, as a page: sections of curves, stacked bars and tables.
 *
 * @param title heading of the page
 * @param lead a sentence below it
 * @param sections in order
 * @param provenance name and value of what the numbers rest on
 */
public record PlanPage(
    String title, String lead, List<Section> sections, Map<String, String> provenance) {

  /** Copies list and map. */
  public PlanPage {
    sections = List.copyOf(sections);
    provenance = Collections.unmodifiableMap(new LinkedHashMap<>(provenance));
  }

  /**
   * A part of the page; what is empty is left out.
   *
   * @param title its heading
   * @param texts sentences below it
   * @param curves over numbers of GPUs; all of a section share a legend
   * @param stacks bars beside the table; may be null
   * @param columns of the table
   * @param rows of the table, a cell a column; the first names the row
   * @param notes what a reader must know
   */
  public record Section(
      String title,
      List<String> texts,
      List<Curves> curves,
      @Nullable Stacks stacks,
      List<String> columns,
      List<List<String>> rows,
      List<String> notes) {

    /** Copies the lists. */
    public Section {
      texts = List.copyOf(texts);
      curves = List.copyOf(curves);
      columns = List.copyOf(columns);
      rows = rows.stream().map(List::copyOf).toList();
      notes = List.copyOf(notes);
    }
  }

  /**
   * Curves over GPUs.
   *
   * @param caption what is shown, with its unit
   * @param marks numbers of GPUs to mark on the axis
   * @param lines points {GPUs, value} by name
   */
  public record Curves(String caption, List<Integer> marks, Map<String, List<double[]>> lines) {

    /** Copies list and map, their order kept. */
    public Curves {
      marks = List.copyOf(marks);
      lines = Collections.unmodifiableMap(new LinkedHashMap<>(lines));
    }
  }

  /**
   * Bars of parts that add up.
   *
   * @param caption what is shown, with its unit
   * @param parts names of the parts
   * @param bars values of the parts by a bar's name
   * @param limit a line across the bars
   */
  public record Stacks(
      String caption, List<String> parts, Map<String, List<Double>> bars, double limit) {

    /** Copies list and map, their order kept. */
    public Stacks {
      parts = List.copyOf(parts);
      bars = Collections.unmodifiableMap(new LinkedHashMap<>(bars));
    }
  }

  /**
   * Writes the page, in one piece or not at all.
   *
   * @throws org.rsavlm.core.UserException if the file system refuses
   */
  public void writeTo(Path file) {
    StringBuilder html = new StringBuilder();
    sections.forEach(section -> PlanSection.append(html, section));
    html.append(PageFrame.provenance(provenance));
    AtomicFiles.write(file, PageFrame.of(title, lead, html.toString()));
  }
}
