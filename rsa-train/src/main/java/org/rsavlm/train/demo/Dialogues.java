package org.rsavlm.train.demo;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Puts questions about a picture together to the turns of a sample. */
final class Dialogues {

  private Dialogues() {}

  /**
   * Returns two or three turns; one dialogue in four begins with an instruction to describe the
   * picture.
   *
   * @param questions at least three, of different kinds
   */
  static List<QuestionAnswer> train(
      List<QuestionAnswer> questions, String caption, String coarse, Random random) {
    List<QuestionAnswer> turns = new ArrayList<>();
    int count = 2 + random.nextInt(2);
    int describe = random.nextInt(8);
    if (describe == 0) {
      turns.add(new QuestionAnswer("describe", QuestionAnswer.DESCRIBE, caption));
    } else if (describe == 1) {
      turns.add(new QuestionAnswer("describe", QuestionAnswer.DESCRIBE_BRIEFLY, coarse));
    }
    List<QuestionAnswer> asked = shuffled(questions, random).subList(0, count - turns.size());
    // As in LLaVA's mixtures: in a dialogue the first question alone asks for short answers.
    turns.add(asked.get(0).wantsShort());
    turns.addAll(asked.subList(1, asked.size()));
    return turns;
  }

  /** Returns two questions of different kinds, each to be asked alone. */
  static List<QuestionAnswer> heldOut(List<QuestionAnswer> questions, Random random) {
    return shuffled(questions, random).stream().limit(2).map(QuestionAnswer::wantsShort).toList();
  }

  /** Not the JDK's shuffle: its order is not part of its specification. */
  static <T> List<T> shuffled(List<T> list, Random random) {
    List<T> shuffled = new ArrayList<>(list);
    for (int i = shuffled.size() - 1; i > 0; i--) {
      Collections.swap(shuffled, i, random.nextInt(i + 1));
    }
    return shuffled;
  }
}
