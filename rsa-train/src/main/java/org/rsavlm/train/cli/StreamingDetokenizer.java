package org.rsavlm.train.cli;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.rsavlm.models.text.Tokenizer;

/** Turns tokens into text while they come; holds back a character until all its bytes are there. */
final class StreamingDetokenizer {

  /** What the decoder makes of the bytes of an unfinished character, once for all of them. */
  private static final char INCOMPLETE = '\uFFFD';

  private final Tokenizer tokenizer;
  private long[] held = {};
  private int given;

  StreamingDetokenizer(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** Takes a further token and returns the text that it completes; may be empty. */
  String add(long id) {
    held = LongStream.concat(Arrays.stream(held), LongStream.of(id)).toArray();
    String text = decode(tokenizer, held);
    int last = text.length() - 1;
    if (last < 0 || text.charAt(last) != INCOMPLETE) {
      return flush();
    }
    String piece = text.substring(given, last);
    given = last;
    return piece;
  }

  /** Returns the text held back, whether its last character is whole or not. */
  String flush() {
    String piece = decode(tokenizer, held).substring(given);
    held = new long[0];
    given = 0;
    return piece;
  }

  /**
   * Returns the text of tokens; special ones, and rows that pad a model's vocabulary, have none.
   */
  static String decode(Tokenizer tokenizer, long[] ids) {
    return tokenizer.decode(
        Arrays.stream(ids).filter(id -> id < tokenizer.vocabularySize()).toArray(), true);
  }
}
