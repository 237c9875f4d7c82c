package org.rsavlm.eval.report;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rsavlm.core.io.AtomicFiles;
import org.rsavlm.models.image.RgbImage;

/**
 * Two models' answers to the same questions side by side under each picture, as in the paper's
 * Figure I.1.
 *
 * @param title heading of the page
 * @param lead what was asked, in a sentence
 * @param first label of the first model
 * @param second label of the second model
 * @param tally all questions asked
 * @param entries the questions shown
 * @param provenance name and value of what the answers rest on
 */
public record ComparisonPage(
    String title,
    String lead,
    String first,
    String second,
    Tally tally,
    List<Entry> entries,
    Map<String, String> provenance) {

  /** A score from which on an answer counts as right. */
  public static final double RIGHT = 0.5;

  /** Copies list and map. */
  public ComparisonPage {
    entries = List.copyOf(entries);
    provenance = Collections.unmodifiableMap(new LinkedHashMap<>(provenance));
  }

  /**
   * A question with both answers.
   *
   * @param pictures what is asked about
   * @param question as people read it
   * @param reference the answer of the data
   * @param first answer of the first model
   * @param second answer of the second model
   */
  public record Entry(
      List<RgbImage> pictures, String question, String reference, Given first, Given second) {

    /** Copies the list. */
    public Entry {
      pictures = List.copyOf(pictures);
    }
  }

  /**
   * A model's answer.
   *
   * @param text what it wrote
   * @param score 0 (wrong) to 1
   */
  public record Given(String text, double score) {

    /** Tells whether the answer counts as right. */
    public boolean isRight() {
      return score >= RIGHT;
    }
  }

  /**
   * How many questions who got right.
   *
   * @param both both models
   * @param onlyFirst the first alone
   * @param onlySecond the second alone
   * @param neither none
   */
  public record Tally(int both, int onlyFirst, int onlySecond, int neither) {

    /** Counts. */
    public static Tally of(List<Entry> entries) {
      int[] counts = new int[4];
      for (Entry entry : entries) {
        counts[(entry.first().isRight() ? 0 : 2) + (entry.second().isRight() ? 0 : 1)]++;
      }
      return new Tally(counts[0], counts[1], counts[2], counts[3]);
    }

    /** Returns the number of questions. */
    public int questions() {
      return both + onlyFirst + onlySecond + neither;
    }

    /**
     * Returns the result of McNemar's exact test: how probable a difference at least as large
     * between the two counts of questions that one model alone got right would be if the models
     * were equally good.
     */
    public double probability() {
      int n = onlyFirst + onlySecond;
      int low = Math.min(onlyFirst, onlySecond);
      double tail = 0;
      double logChoose = 0;
      for (int k = 0; k <= low; k++) {
        tail += Math.exp(logChoose - n * Math.log(2));
        logChoose += Math.log(n - k) - Math.log(k + 1.0);
      }
      return Math.min(1, 2 * tail);
    }
  }

  /**
   * Writes the page, in one piece or not at all.
   *
   * @throws org.rsavlm.core.UserException if the file system refuses
   */
  public void writeTo(Path file) {
    StringBuilder html = new StringBuilder();
    tally(html);
    html.append("<section><h2>Answers</h2><div class=\"examples\">");
    for (Entry entry : entries) {
      html.append("<article>");
      for (RgbImage picture : entry.pictures()) {
        html.append("<img alt=\"the picture asked about\" src=\"");
        html.append(InlinePicture.of(picture)).append("\">");
      }
      html.append("<dl>");
      AnswerRow.append(html, "Asked", "", entry.question().strip(), "");
      AnswerRow.append(html, "Reference", "", entry.reference().strip(), "");
      answer(html, first, "arm-other1", entry.first());
      answer(html, second, "arm-baseline", entry.second());
      html.append("</dl></article>");
    }
    html.append("</div></section>").append(PageFrame.provenance(provenance));
    AtomicFiles.write(file, PageFrame.of(title, lead, html.toString()));
  }

  private void tally(StringBuilder html) {
    html.append("<section><h2>Right answers</h2><div class=\"scroll\"><table class=\"study\">")
        .append("<thead><tr><th></th><th scope=\"col\" class=\"num\">")
        .append(Html.escape(second))
        .append(": right</th><th scope=\"col\" class=\"num\">")
        .append(Html.escape(second))
        .append(": wrong</th></tr></thead><tbody>");
    cells(html, Html.escape(first) + ": right", tally.both(), tally.onlyFirst());
    cells(html, Html.escape(first) + ": wrong", tally.onlySecond(), tally.neither());
    html.append("</tbody></table></div><p class=\"note\">Of ")
        .append(tally.questions())
        .append(" questions. If the models were equally good, the two counts of questions that one")
        .append(" alone got right would differ this much or more with probability ")
        .append(Html.number(tally.probability(), 3))
        .append(" (McNemar's exact test).</p></section>");
  }

  private static void cells(StringBuilder html, String label, int right, int wrong) {
    html.append("<tr><th scope=\"row\">").append(label).append("</th><td class=\"num\">");
    html.append(right).append("</td><td class=\"num\">").append(wrong).append("</td></tr>");
  }

  private static void answer(StringBuilder html, String label, String cssClass, Given given) {
    String mark =
        given.isRight() ? " <b class=\"gain\">✓ right</b>" : " <b class=\"loss\">✗ wrong</b>";
    AnswerRow.append(html, label, cssClass, given.text().strip(), mark);
  }
}
