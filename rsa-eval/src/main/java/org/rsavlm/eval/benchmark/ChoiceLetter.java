package org.rsavlm.eval.benchmark;

import java.util.List;

/**
 * Finds the letter that an answer to a multiple-choice question means, as lmms-eval's {@code
 * _task_utils/mcq_extract.py} does: every form in which a letter stands is a candidate; the most
 * telling form wins, and of one form the last place.
 */
final class ChoiceLetter {

  private static final int START = 10;
  private static final int END = 9;
  private static final int PHRASE = 7;

  /** What follows the letter, or stands around it, from the most telling form on. */
  private static final List<Form> FORMS =
      List.of(
          new Form("(", ")", 6),
          new Form("", ".", 5),
          new Form("", ":", 4),
          new Form("", ")", 3),
          new Form("", " ", 2));

  private static final List<String> PHRASES =
      List.of(
          "the answer is",
          "answer is",
          "the correct answer is",
          "correct answer is",
          "the best answer is",
          "best answer is",
          "the correct option is",
          "correct option is",
          "the best option is",
          "best option is",
          "the choice is",
          "choice is",
          "the correct choice is",
          "correct choice is",
          "i choose",
          "i select",
          "i pick",
          "my answer is",
          "my choice is",
          "옵션",
          "정답은",
          "답은",
          "답:",
          "答案是",
          "答案为",
          "选",
          "答えは");

  private record Form(String before, String after, int weight) {}

  private String best = "";
  private int bestWeight = -1;
  private int bestAt = -1;

  private ChoiceLetter() {}

  /**
   * Returns the letter that an answer means.
   *
   * @param answer what the model wrote
   * @param letters the letters to choose from, such as {@code "ABCD"}
   * @return one of them, or an empty text
   */
  static String find(String answer, String letters) {
    String core = PythonText.strip(answer);
    if (core.isEmpty()) {
      return "";
    }
    for (char c : ",.!?;:'\"".toCharArray()) {
      core = PythonText.strip(core, c);
    }
    ChoiceLetter search = new ChoiceLetter();
    search.look(" " + core + " ", letters);
    return search.best;
  }

  private void look(String text, String letters) {
    String lower = PythonText.lower(text);
    String stripped = PythonText.strip(text);
    for (String letter : letters.split("")) {
      for (Form form : FORMS) {
        String wanted = form.before + letter + form.after;
        add(letter, form.weight, text.lastIndexOf(wanted));
      }
      for (String phrase : PHRASES) {
        int at = lower.indexOf(phrase);
        if (at >= 0) {
          add(letter, PHRASE, text.indexOf(letter, at + phrase.length()));
        }
      }
      if (stripped.startsWith(letter)
          && (stripped.length() == 1 || !Character.isLetter(stripped.codePointAt(1)))) {
        add(letter, START, 0);
      }
      int last = stripped.length() - 1;
      if (stripped.endsWith(letter)
          && (last == 0 || !Character.isLetter(stripped.codePointBefore(last)))) {
        add(letter, END, text.length());
      }
    }
    if (best.isEmpty()) {
      for (String letter : letters.split("")) {
        add(letter, 0, text.lastIndexOf(letter));
      }
    }
  }

  private void add(String letter, int weight, int at) {
    if (at >= 0 && (weight > bestWeight || weight == bestWeight && at > bestAt)) {
      best = letter;
      bestWeight = weight;
      bestAt = at;
    }
  }
}
