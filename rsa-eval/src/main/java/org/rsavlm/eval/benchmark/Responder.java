package org.rsavlm.eval.benchmark;

import java.util.List;

/** Answers questions: a model with its way of writing. */
@FunctionalInterface
public interface Responder {

  /**
   * Answers a batch.
   *
   * @param questions at least one
   * @param maxNewTokens tokens after which an answer is cut off
   * @return a text for each question, in the same order
   */
  List<String> answer(List<Question> questions, int maxNewTokens);
}
