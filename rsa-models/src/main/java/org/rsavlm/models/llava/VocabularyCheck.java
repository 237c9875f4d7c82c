package org.rsavlm.models.llava;

import java.nio.file.Path;
import org.rsavlm.core.UserException;
import org.rsavlm.models.text.Tokenizer;
import org.rsavlm.models.text.TokenizerFiles;

/** Compares a tokenizer with the embedding that its ids look up. */
public final class VocabularyCheck {

  private VocabularyCheck() {}

  /**
   * Refuses a tokenizer with tokens that the model has no row for.
   *
   * @param where both are, for the error
   * @param rows of the embedding
   * @throws UserException if a token has none
   */
  public static void requireRows(String where, Tokenizer tokenizer, int rows) {
    if (tokenizer.vocabularySize() > rows) {
      throw new UserException(
          where,
          "the tokenizer has " + tokenizer.vocabularySize() + " tokens, the model " + rows,
          "use the tokenizer that belongs to the model");
    }
  }

  /**
   * As above, for a model that will be saved: saving adds {@code <video>} where it is missing, as
   * transformers' layout names it.
   *
   * @param file the tokenizer's, for the error
   * @param rows of the embedding
   * @throws UserException if a token has none
   */
  public static void requireRowsToSave(Path file, Tokenizer tokenizer, int rows) {
    boolean full = tokenizer.find(TokenizerFiles.VIDEO).isPresent();
    int needed = tokenizer.vocabularySize() + (full ? 0 : 1);
    if (needed > rows) {
      throw new UserException(
          file.toString(),
          "takes "
              + needed
              + " ids"
              + (full ? "" : ", one for " + TokenizerFiles.VIDEO)
              + ", but the language model's vocab_size is "
              + rows,
          "use the model's own tokenizer, or raise vocab_size");
    }
  }
}
