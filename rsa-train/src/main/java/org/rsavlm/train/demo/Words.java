package org.rsavlm.train.demo;

import java.util.List;
import java.util.Random;

/** Pieces of rule-made English. */
final class Words {

  private Words() {}

  /** Joins parts as in "a", "a and b", "a, b and c". */
  static String list(List<String> parts) {
    int last = parts.size() - 1;
    if (last == 0) {
      return parts.get(0);
    }
    return String.join(", ", parts.subList(0, last)) + " and " + parts.get(last);
  }

  /** Returns the clause with a capital letter and a full stop. */
  static String sentence(String clause) {
    return Character.toUpperCase(clause.charAt(0)) + clause.substring(1) + ".";
  }

  static String pick(Random random, String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  /** Counts words and punctuation marks, about what a tokenizer of such captions will count. */
  static int length(String caption) {
    int length = 1;
    for (int i = 0; i < caption.length(); i++) {
      length += " .,:;".indexOf(caption.charAt(i)) >= 0 ? 1 : 0;
    }
    return length;
  }
}
