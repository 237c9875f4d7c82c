package org.rsavlm.eval.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Reads answers to MMBench's questions by the rules of its evaluation alone, as lmms-eval's {@code
 * mmbench_en_dev_static} does: a letter among the words, else the only choice whose text occurs,
 * else {@link ChoiceLetter}.
 */
final class MmBenchAnswer {

  private static final String REFUSAL = "Failed to obtain answer via API";
  private static final List<String> LETTERS = List.of("A", "B", "C", "D", "E");
  private static final int QUANTIFIER_WORDS = 3;

  /** What may be stuck to a letter, in the order in which it is looked for. */
  private static final List<List<String>> AFFIXES =
      List.of(
          List.of("", "."),
          List.of("", ","),
          List.of("", ":"),
          List.of("", ")"),
          List.of("", ")."),
          List.of("(", ")"),
          List.of("(", ")."),
          List.of(":", ""),
          List.of(":", ","),
          List.of(":", "."),
          List.of(":", ")"),
          List.of(":", ")."));

  private MmBenchAnswer() {}

  /**
   * Returns the letter that an answer means.
   *
   * @param answer what the model wrote
   * @param choices by letter, in their order
   * @return a letter, or an empty text
   */
  static String letter(String answer, Map<String, String> choices) {
    String letter = standing(answer);
    if (letter.isEmpty()) {
      letter = onlyText(PythonText.lower(answer), choices);
    }
    return letter.isEmpty() ? ChoiceLetter.find(answer, String.join("", choices.keySet())) : letter;
  }

  /** The letter that is a word of its own, if there is exactly one. */
  private static String standing(String answer) {
    if (answer.contains(REFUSAL)) {
      return "";
    }
    List<String> words = PythonText.split(answer);
    List<String> bare = LETTERS.stream().filter(words::contains).toList();
    // In a sentence a lone A may be the article.
    if (bare.size() == 1 && !(bare.get(0).equals("A") && words.size() > QUANTIFIER_WORDS)) {
      return bare.get(0);
    }
    for (List<String> affix : AFFIXES) {
      List<String> found =
          LETTERS.stream().filter(l -> words.contains(affix.get(0) + l + affix.get(1))).toList();
      if (found.size() == 1) {
        return found.get(0);
      }
    }
    return "";
  }

  private static String onlyText(String lowerAnswer, Map<String, String> choices) {
    List<String> found =
        choices.entrySet().stream()
            .filter(choice -> lowerAnswer.contains(PythonText.lower(choice.getValue())))
            .map(Map.Entry::getKey)
            .collect(Collectors.toCollection(ArrayList::new));
    return found.size() == 1 ? found.get(0) : "";
  }
}
