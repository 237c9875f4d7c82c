package org.rsavlm.models.hub;

import java.util.Locale;

/** Shows names from untrusted files in messages: in quotes, short, without control characters. */
public final class Quote {

  private static final int MAX_LENGTH = 120;

  private Quote() {}

  /**
   * Quotes a name.
   *
   * @param text any characters, of which the first 120 are shown
   */
  public static String of(String text) {
    StringBuilder out = new StringBuilder("'");
    text.codePoints()
        .limit(MAX_LENGTH)
        .forEach(
            c -> {
              int type = Character.getType(c);
              if (Character.isISOControl(c)
                  || type == Character.SURROGATE
                  || type == Character.FORMAT
                  || type == Character.LINE_SEPARATOR
                  || type == Character.PARAGRAPH_SEPARATOR) {
                out.append(String.format(Locale.ROOT, "\\u%04x", c));
              } else {
                out.appendCodePoint(c);
              }
            });
    if (text.codePointCount(0, text.length()) > MAX_LENGTH) {
      out.append('…');
    }
    return out.append('\'').toString();
  }
}
