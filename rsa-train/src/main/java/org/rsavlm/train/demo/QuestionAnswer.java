package org.rsavlm.train.demo;

/**
 * A question about a picture with its answer.
 *
 * @param kind what is asked for, one word of letters; it ends up in the ids of held-out questions
 * @param question the user's turn, without image placeholder
 * @param answer the assistant's turn
 */
record QuestionAnswer(String kind, String question, String answer) {

  /** What LLaVA appends to a question that wants a short answer. */
  static final String SHORT = "\nAnswer the question using a single word or phrase.";

  /** The instruction whose answer is the dense caption. */
  static final String DESCRIBE = "Describe the picture.";

  /** The instruction whose answer is the coarse caption. */
  static final String DESCRIBE_BRIEFLY = "Describe the picture briefly.";

  QuestionAnswer {
    if (question.isBlank() || answer.isBlank()) {
      throw new IllegalArgumentException("empty question or answer: " + kind);
    }
  }

  /** Returns the same pair with the request for a short answer behind the question. */
  QuestionAnswer wantsShort() {
    return new QuestionAnswer(kind, question + SHORT, answer);
  }
}
