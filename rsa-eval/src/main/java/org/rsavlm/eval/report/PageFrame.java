package org.rsavlm.eval.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** What all pages share: no script, nothing loaded from elsewhere. */
final class PageFrame {
  /** Nothing may load, whatever text found its way into the page. */
  private static final String POLICY =
      "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

  private PageFrame() {}

  /**
   * Returns a whole page.
   *
   * @param title its heading, as text
   * @param lead a sentence below it, as text
   * @param body HTML of the rest
   */
  static String of(String title, String lead, String body) {
    return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        + "<meta http-equiv=\"Content-Security-Policy\" content=\""
        + POLICY
        + "\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
        + "<meta name=\"color-scheme\" content=\"light dark\"><title>"
        + Html.escape(title)
        + "</title><style>"
        + style()
        + "</style></head>\n<body><main><header><h1>"
        + Html.escape(title)
        + "</h1><p class=\"lead\">"
        + Html.escape(lead)
        + "</p></header>\n"
        + body
        + "</main></body></html>\n";
  }

  /** Returns the sentences that a reader must know as a block above the results. */
  static String notes(List<String> notes) {
    StringBuilder html = new StringBuilder();
    for (String note : notes) {
      html.append("<p class=\"callout\">").append(Html.escape(note)).append("</p>\n");
    }
    return html.toString();
  }

  /** Returns the page's foot: what the numbers rest on, by name; empty for an empty map. */
  static String provenance(Map<String, String> provenance) {
    if (provenance.isEmpty()) {
      return "";
    }
    StringBuilder html = new StringBuilder("<footer><h2>Provenance</h2><dl>");
    for (Map.Entry<String, String> entry : provenance.entrySet()) {
      html.append("<dt>").append(Html.escape(entry.getKey())).append("</dt><dd>");
      html.append(Html.escape(entry.getValue())).append("</dd>");
    }
    return html.append("</dl></footer>").toString();
  }

  private static String style() {
    try (InputStream in = PageFrame.class.getResourceAsStream("report.css")) {
      if (in == null) {
        throw new IllegalStateException("report.css is missing beside " + PageFrame.class);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
