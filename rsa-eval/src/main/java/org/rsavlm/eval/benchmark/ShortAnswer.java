package org.rsavlm.eval.benchmark;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** Comparisons of short answers with the right ones. */
final class ShortAnswer {

  private static final double TOLERANCE = 0.05;
  private static final double LEAST_SIMILARITY = 0.5;
  private static final int PREFIX = 4;

  private ShortAnswer() {}

  /**
   * Tells whether an answer is right by ChartQA's relaxed correctness: numbers within 5 %, other
   * texts equal but for case. A per cent sign divides by 100; a right answer of 0 is compared as
   * text.
   */
  static boolean relaxed(String answer, String right) {
    OptionalDouble found = number(answer);
    OptionalDouble wanted = number(right);
    if (found.isPresent() && wanted.isPresent() && wanted.getAsDouble() != 0) {
      double target = wanted.getAsDouble();
      return Math.abs(found.getAsDouble() - target) / Math.abs(target) <= TOLERANCE;
    }
    return PythonText.lower(answer).equals(PythonText.lower(right));
  }

  private static OptionalDouble number(String text) {
    if (!text.endsWith("%")) {
      return PythonText.parseFloat(text);
    }
    OptionalDouble percent = PythonText.parseFloat(PythonText.stripEnd(text, '%'));
    return percent.isPresent() ? OptionalDouble.of(percent.getAsDouble() / 100) : percent;
  }

  /**
   * Returns the ANLS: 1 - edit distance / length to the nearest right answer, 0 below 0.5. Blanks
   * and case do not count as edits, but blanks count for the length.
   */
  static double anls(String answer, List<String> right) {
    double nearest = 1;
    int[] found = squeezed(answer);
    for (String one : right) {
      int longest = Math.max(upperLength(one), upperLength(answer));
      double distance = longest == 0 ? 0 : (double) editDistance(squeezed(one), found) / longest;
      nearest = Math.min(nearest, distance);
    }
    double similarity = 1 - nearest;
    return similarity < LEAST_SIMILARITY ? 0 : similarity;
  }

  private static int[] squeezed(String text) {
    return String.join(" ", PythonText.split(PythonText.lower(text))).codePoints().toArray();
  }

  private static int upperLength(String text) {
    return PythonText.length(text.toUpperCase(Locale.ROOT));
  }

  private static int editDistance(int[] a, int[] b) {
    int[] row = new int[b.length + 1];
    for (int j = 0; j <= b.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length; i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length; j++) {
        int change = a[i - 1] == b[j - 1] ? diagonal : diagonal + 1;
        diagonal = row[j];
        row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length];
  }

  /**
   * Reads an answer as MME does: {@code "yes"}, {@code "no"} or {@code "other"}, from the first
   * characters.
   */
  static String yesOrNo(String answer) {
    String text = PythonText.strip(PythonText.lower(answer)).replace(".", "");
    int characters = PythonText.length(text);
    if (characters == 1) {
      return text.equals("y") ? "yes" : text.equals("n") ? "no" : "other";
    }
    String start = text.substring(0, text.offsetByCodePoints(0, Math.min(PREFIX, characters)));
    return start.contains("yes") ? "yes" : start.contains("no") ? "no" : "other";
  }

  /** Returns the letter of an answer that starts with {@code X.}, else the answer. */
  static String leadingLetter(String answer) {
    return answer.length() >= 2
            && answer.charAt(0) >= 'A'
            && answer.charAt(0) <= 'Z'
            && answer.charAt(1) == '.'
        ? answer.substring(0, 1)
        : answer;
  }

  /** Returns a text in lower case without ASCII punctuation. */
  static String plain(String text) {
    return PythonText.lower(text).replaceAll("[!-/:-@\\[-`{-~]", "");
  }
}
