package org.rsavlm.eval.benchmark;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads answers to MMMU's questions as its own evaluation does (MMMU-Benchmark/MMMU, {@code
 * eval/eval_utils.py}), except that nothing is drawn at random where no letter is found.
 */
final class MmmuAnswer {

  private static final int FEW_WORDS = 5;
  private static final List<String> INDICATORS =
      List.of("could be ", "so ", "is ", "thus ", "therefore ", "final ", "answer ", "result ");
  private static final List<String> TRIVIAL = List.of(":", ",", ".", "!", "?", ";", "'");
  private static final List<Pattern> NUMBERS =
      List.of(
          number("-?\\b\\d{1,3}(?:,\\d{3})+\\b"),
          number("-?\\d+(?:\\.\\d+)?[eE][+-]?\\d+"),
          number("-?(?:\\d+\\.\\d+|\\.\\d+|\\d+\\b)(?![eE][+-]?\\d+)(?![,\\d])"));

  private MmmuAnswer() {}

  private static Pattern number(String regex) {
    return Pattern.compile(regex, Pattern.UNICODE_CHARACTER_CLASS);
  }

  /**
   * Returns the letter that an answer means.
   *
   * @param answer what the model wrote
   * @param options the choices, A first
   * @return a letter, or an empty text
   */
  static String letter(String answer, List<String> options) {
    String core = answer;
    for (char c : ",.!?;:'".toCharArray()) {
      core = PythonText.strip(core, c);
    }
    String text = " " + core + " ";
    List<String> letters = new ArrayList<>();
    for (int i = 0; i < options.size(); i++) {
      letters.add(Character.toString('A' + i));
    }
    List<String> found = present(text, letters, "(", ")");
    if (!found.isEmpty()) {
      return last(text, found, "(", ")");
    }
    found = present(text, letters, "", " ");
    if (found.isEmpty()) {
      found = present(text, letters, "", ".");
    }
    if (!found.isEmpty()) {
      return last(text, found, " ", " ");
    }
    if (PythonText.split(text).size() > FEW_WORDS) {
      return letterOfText(PythonText.lower(text), letters, options);
    }
    return "";
  }

  private static List<String> present(
      String text, List<String> letters, String before, String after) {
    return letters.stream().filter(letter -> text.contains(before + letter + after)).toList();
  }

  /** The letter that stands last in this form; the first of all if none stands in it. */
  private static String last(String text, List<String> letters, String before, String after) {
    String best = letters.get(0);
    for (String letter : letters) {
      if (text.lastIndexOf(before + letter + after) > text.lastIndexOf(before + best + after)) {
        best = letter;
      }
    }
    return best;
  }

  private static String letterOfText(String text, List<String> letters, List<String> options) {
    String best = "";
    int bestAt = -1;
    for (int i = 0; i < letters.size(); i++) {
      int at = text.lastIndexOf(PythonText.lower(options.get(i)));
      if (at > bestAt) {
        best = letters.get(i);
        bestAt = at;
      }
    }
    return best;
  }

  /**
   * Tells whether an answer to an open question holds the wanted text or number.
   *
   * @param answer what the model wrote
   * @param wanted the right answers
   */
  static boolean openMatch(String answer, List<String> wanted) {
    List<String> parts = keyParts(answer);
    List<Object> found = new ArrayList<>();
    for (String part : parts) {
      found.addAll(normalized(part));
      for (Pattern pattern : NUMBERS) {
        Matcher matcher = pattern.matcher(part);
        while (matcher.find()) {
          found.addAll(normalized(matcher.group()));
        }
      }
    }
    List<Object> right = new ArrayList<>();
    wanted.forEach(one -> right.addAll(normalized(one)));
    return found.stream().anyMatch(one -> right.stream().anyMatch(gold -> matches(one, gold)));
  }

  private static boolean matches(Object found, Object gold) {
    if (found instanceof String text) {
      return gold instanceof String part && text.contains(part);
    }
    // Compared as numbers: NaN equals nothing, -0 equals 0.
    return found instanceof Double x && gold instanceof Double y && x.doubleValue() == y;
  }

  /** What follows the words that announce a result, line by line; else the whole answer. */
  private static List<String> keyParts(String answer) {
    String text = PythonText.lower(PythonText.strip(PythonText.strip(answer), '.'));
    String[] lines = text.split("\n", -1);
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < lines.length; i++) {
      List<String> indicators = new ArrayList<>(INDICATORS);
      if (i == lines.length - 1) {
        indicators.add("=");
      }
      String shortest = "";
      for (String indicator : indicators) {
        int at = lines[i].lastIndexOf(indicator);
        if (at >= 0) {
          String rest = PythonText.strip(lines[i].substring(at + indicator.length()));
          if (shortest.isEmpty() || PythonText.length(rest) < PythonText.length(shortest)) {
            shortest = rest;
          }
        }
      }
      if (!shortest.isEmpty() && !TRIVIAL.contains(shortest)) {
        parts.add(shortest);
      }
    }
    return parts.isEmpty() ? List.of(text) : parts;
  }

  /** A number to two decimals, or a text in lower case; a single character needs a blank beside. */
  private static List<Object> normalized(String text) {
    String core = PythonText.strip(text);
    OptionalDouble number = PythonText.parseFloat(core.replace(",", ""));
    if (number.isPresent()) {
      double value = number.getAsDouble();
      return List.of(
          Double.isFinite(value)
              ? new BigDecimal(value).setScale(2, RoundingMode.HALF_EVEN).doubleValue()
              : value);
    }
    String lower = PythonText.lower(core);
    return PythonText.length(lower) == 1 ? List.of(" " + lower, lower + " ") : List.of(lower);
  }
}
