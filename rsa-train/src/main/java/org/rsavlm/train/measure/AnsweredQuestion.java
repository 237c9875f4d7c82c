package org.rsavlm.train.measure;

import java.nio.file.Path;
import java.util.Locale;

/**
 * A held-out question with the data's answer and the model's.
 *
 * @param id the sample's id
 * @param picture file of the picture that is asked about
 * @param question the user's turn, without image placeholder
 * @param reference the answer of the data
 * @param answer what the model wrote, without special tokens
 */
public record AnsweredQuestion(
    String id, Path picture, String question, String reference, String answer) {

  /** Tells whether the answers agree but for surrounding blanks, case and one final period. */
  public boolean isRight() {
    return normalized(answer).equals(normalized(reference));
  }

  private static String normalized(String text) {
    String lower = text.strip().toLowerCase(Locale.ROOT);
    return lower.endsWith(".") ? lower.substring(0, lower.length() - 1).strip() : lower;
  }
}
