package org.rsavlm.eval.report;

/** A line of the list under a picture: who says what. */
final class AnswerRow {

  private AnswerRow() {}

  /**
   * Appends the line.
   *
   * @param name who answers
   * @param cssClass of the colour in front of the name; empty for none
   * @param text the answer
   * @param mark HTML behind it
   */
  static void append(StringBuilder html, String name, String cssClass, String text, String mark) {
    html.append("<dt>");
    if (!cssClass.isEmpty()) {
      html.append("<i class=\"").append(cssClass).append("\"></i>");
    }
    html.append(Html.escape(name)).append("</dt><dd>");
    html.append(text.isBlank() ? "<em>(empty)</em>" : Html.escape(text)).append(mark);
    html.append("</dd>");
  }
}
