package org.rsavlm.eval.benchmark;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What several benchmarks' prompts are made of. */
final class Prompts {

  static final String SHORT = "\nAnswer the question using a single word or phrase.";
  static final String LETTER = "\nAnswer with the option's letter from the given choices directly.";
  static final String YES_OR_NO = " Please answer yes or no.";

  private Prompts() {}

  /** Returns the letter of a choice, A for 0. */
  static String letter(int index) {
    return Character.toString('A' + index);
  }

  /** Returns lines of the form {@code A. choice}. */
  static String lines(List<String> choices) {
    return IntStream.range(0, choices.size())
        .mapToObj(i -> letter(i) + ". " + choices.get(i))
        .collect(Collectors.joining("\n"));
  }
}
