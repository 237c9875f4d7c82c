package org.rsavlm.eval.report;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.io.AtomicFiles;
import org.rsavlm.eval.alignment.GridSummary;
import org.rsavlm.eval.alignment.LayerGrid;
import org.rsavlm.eval.result.SeedValues;

/**
 * Layer-by-layer alignment as a page: a table and a heat map for each entry, as in the paper's
 * Figures 3 and C.1.
 *
 * @param title heading of the page
 * @param lead what was measured, in a sentence
 * @param entries one a map; those of one metric share a colour scale
 * @param notes sentences that a reader must know; may be empty
 * @param provenance name and value of what the numbers rest on
 */
public record AlignmentPage(
    String title,
    String lead,
    List<Entry> entries,
    List<String> notes,
    Map<String, String> provenance) {

  /**
   * One metric of one model on one data set.
   *
   * @param label of model and data
   * @param summary over draws
   * @param random the metric's value for unrelated features; null where it isn't known
   */
  public record Entry(String label, GridSummary summary, @Nullable SeedValues random) {}

  /** Copies lists and map. */
  public AlignmentPage {
    entries = List.copyOf(entries);
    notes = List.copyOf(notes);
    provenance = Collections.unmodifiableMap(new LinkedHashMap<>(provenance));
  }

  /**
   * Writes the page, in one piece or not at all.
   *
   * @throws org.rsavlm.core.UserException if the file system refuses
   */
  public void writeTo(Path file) {
    AtomicFiles.write(file, html());
  }

  private String html() {
    return PageFrame.of(
        title, lead, PageFrame.notes(notes) + section(entries) + PageFrame.provenance(provenance));
  }

  /** Returns the table and the maps as HTML, for other pages too. */
  static String section(List<Entry> entries) {
    StringBuilder html = new StringBuilder("<section><h2>Alignment</h2>");
    html.append(table(entries)).append("</section>");
    entries.stream()
        .map(entry -> entry.summary().mean().metric())
        .distinct()
        .forEach(
            metric ->
                html.append(
                    maps(
                        metric,
                        entries.stream()
                            .filter(one -> one.summary().mean().metric().equals(metric))
                            .toList())));
    return html.toString();
  }

  private static String table(List<Entry> entries) {
    StringBuilder html = new StringBuilder("<div class=\"scroll\"><table><thead><tr>");
    html.append("<th scope=\"col\">Metric</th>");
    for (String name : List.of("Best pair", "Last layers", "Random")) {
      html.append("<th scope=\"col\" class=\"num\">").append(name).append("</th>");
    }
    html.append("</tr></thead><tbody>");
    for (Entry entry : entries) {
      GridSummary summary = entry.summary();
      LayerGrid.Cell best = summary.best();
      html.append("<tr><th scope=\"row\">").append(Html.escape(summary.mean().metric()));
      html.append("<br><small>").append(Html.escape(entry.label())).append("</small></th>");
      String at = "vision " + best.visionLayer() + ", language " + best.textLayer();
      number(html, best.score(), summary.bestDeviation(), summary.seeds(), at);
      number(html, summary.lastLast().score(), summary.lastLastDeviation(), summary.seeds(), "");
      SeedValues random = entry.random();
      if (random == null) {
        html.append("<td class=\"num\">–</td>");
      } else {
        number(html, random.mean(), random.deviation(), random.size(), "");
      }
      html.append("</tr>");
    }
    return html.append("</tbody></table></div>").toString();
  }

  private static void number(
      StringBuilder html, double value, double deviation, int seeds, String below) {
    html.append("<td class=\"num\">").append(Html.number(value, 4));
    if (seeds > 1) {
      html.append("<small>±").append(Html.number(deviation, 4)).append("</small>");
    }
    if (!below.isEmpty()) {
      html.append("<small>").append(below).append("</small>");
    }
    html.append("</td>");
  }

  private static String maps(String metric, List<Entry> entries) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (Entry entry : entries) {
      for (List<Double> row : entry.summary().mean().scores()) {
        for (double score : row) {
          low = Double.isFinite(score) ? Math.min(low, score) : low;
          high = Double.isFinite(score) ? Math.max(high, score) : high;
        }
      }
    }
    low = Double.isFinite(low) ? low : 0;
    high = high > low ? high : low + 1;
    StringBuilder html = new StringBuilder("<section><h2>Layer by layer: ");
    html.append(Html.escape(metric))
        .append("</h2><p>Every vision layer with every language layer")
        .append("; layer 0 are the embeddings. Brighter is higher, the best pair is framed.</p>")
        .append("<div class=\"scale\">")
        .append(HeatMap.legend(low, high))
        .append("</div><div class=\"figures\">");
    for (Entry entry : entries) {
      html.append("<figure><figcaption>")
          .append(Html.escape(entry.label()))
          .append("</figcaption>");
      html.append(
          HeatMap.of(metric + " by layer, " + entry.label(), entry.summary().mean(), low, high));
      html.append("</figure>");
    }
    return html.append("</div></section>").toString();
  }
}
