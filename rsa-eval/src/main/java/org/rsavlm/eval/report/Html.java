package org.rsavlm.eval.report;

import java.util.Locale;

/** Makes texts and numbers fit to stand in HTML and SVG. */
final class Html {
  /** More digits of a measured value mean nothing. */
  private static final int DIGITS = 5;

  private Html() {}

  /** Escapes text for element content and for attributes in double or single quotes. */
  static String escape(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.appendCodePoint(isPrintable(c) ? c : 0xFFFD);
              }
            });
    return out.toString();
  }

  /** What HTML forbids even when escaped: control characters and lone surrogates. */
  private static boolean isPrintable(int c) {
    return c == '\n'
        || c == '\t'
        || (c >= 0x20 && c < 0x7F)
        || (c >= 0xA0 && !(c >= 0xD800 && c <= 0xDFFF));
  }

  /**
   * Returns a number with a count of decimals, but no more than five digits in all where that takes
   * decimals away, whatever the locale; an en dash if not finite.
   */
  static String number(double value, int decimals) {
    return Double.isFinite(value)
        ? String.format(Locale.ROOT, "%." + fitting(value, decimals) + "f", value)
            .replace('-', '\u2212')
        : "\u2013";
  }

  /** As {@link #number}, with a sign in front. */
  static String signed(double value, int decimals) {
    return Double.isFinite(value)
        ? String.format(Locale.ROOT, "%+." + fitting(value, decimals) + "f", value)
            .replace('-', '\u2212')
        : "\u2013";
  }

  private static int fitting(double value, int decimals) {
    int before = (int) Math.floor(Math.log10(Math.max(1, Math.abs(value)))) + 1;
    return Math.min(decimals, Math.max(0, DIGITS - before));
  }

  /** Returns a coordinate as SVG takes it, to a tenth of a unit. */
  static String coordinate(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
