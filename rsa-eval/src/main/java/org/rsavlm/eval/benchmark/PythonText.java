package org.rsavlm.eval.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/**
 * Operations on text with the meaning that Python gives them, where Java's differ: the benchmarks'
 * scores are defined by Python programs.
 */
final class PythonText {

  private static final String DIGITS = "\\d(?:_?\\d)*";
  private static final Pattern FLOAT =
      Pattern.compile(
          "[+-]?(?:(?:%1$s\\.?(?:%1$s)?|\\.%1$s)(?:e[+-]?%1$s)?|inf|infinity|nan)"
              .formatted(DIGITS));

  private PythonText() {}

  /** Tells whether {@code str.isspace} holds; Java leaves out the no-break spaces and U+0085. */
  static boolean isSpace(int c) {
    return Character.isWhitespace(c) || c == 0x85 || c == 0xa0 || c == 0x2007 || c == 0x202f;
  }

  /** {@code str.strip()}. */
  static String strip(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && isSpace(text.charAt(from))) {
      from++;
    }
    while (to > from && isSpace(text.charAt(to - 1))) {
      to--;
    }
    return text.substring(from, to);
  }

  /** {@code str.strip(c)}. */
  static String strip(String text, char c) {
    int from = 0;
    while (from < text.length() && text.charAt(from) == c) {
      from++;
    }
    return stripEnd(text.substring(from), c);
  }

  /** {@code str.rstrip(c)}. */
  static String stripEnd(String text, char c) {
    int to = text.length();
    while (to > 0 && text.charAt(to - 1) == c) {
      to--;
    }
    return text.substring(0, to);
  }

  /** {@code str.split()}. */
  static List<String> split(String text) {
    List<String> words = new ArrayList<>();
    int from = -1;
    for (int i = 0; i <= text.length(); i++) {
      boolean inside = i < text.length() && !isSpace(text.charAt(i));
      if (inside && from < 0) {
        from = i;
      } else if (!inside && from >= 0) {
        words.add(text.substring(from, i));
        from = -1;
      }
    }
    return words;
  }

  /** {@code str.lower()}. */
  static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  /** {@code len(str)}: code points. */
  static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  /**
   * {@code float(str)}: blanks around, underscores between digits, every script's digits, infinity
   * and NaN by name.
   */
  static OptionalDouble parseFloat(String text) {
    StringBuilder plain = new StringBuilder();
    strip(text)
        .codePoints()
        .forEach(
            c -> plain.appendCodePoint(Character.isDigit(c) ? '0' + Character.digit(c, 10) : c));
    // Only A to Z are letters of a number; a full lower-casing would let others in.
    String number = plain.toString();
    if (!number.chars().allMatch(c -> c < 128)) {
      return OptionalDouble.empty();
    }
    number = lower(number);
    if (!FLOAT.matcher(number).matches()) {
      return OptionalDouble.empty();
    }
    number = number.replace("_", "");
    if (number.endsWith("nan")) {
      return OptionalDouble.of(Double.NaN);
    }
    if (number.contains("inf")) {
      double infinity = Double.POSITIVE_INFINITY;
      return OptionalDouble.of(number.startsWith("-") ? -infinity : infinity);
    }
    return OptionalDouble.of(Double.parseDouble(number));
  }
}
