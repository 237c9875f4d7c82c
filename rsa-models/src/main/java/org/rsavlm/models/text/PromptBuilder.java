package org.rsavlm.models.text;

import static org.rsavlm.models.text.Turn.IMAGE_PLACEHOLDER;

import java.util.Arrays;

/** Collects the ids of a conversation and, for each, whether it is trained. */
final class PromptBuilder {

  private final Tokenizer tokenizer;
  private long[] ids = new long[256];
  private long[] labels = new long[256];
  private int size;
  private int images;

  PromptBuilder(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** Adds a text, its image placeholders turned into {@link Tokenized#IMAGE}. */
  void text(String text, boolean train) {
    int start = 0;
    for (int at; (at = text.indexOf(IMAGE_PLACEHOLDER, start)) >= 0; ) {
      words(text.substring(start, at), train);
      add(Tokenized.IMAGE, false);
      images++;
      start = at + IMAGE_PLACEHOLDER.length();
    }
    words(text.substring(start), train);
  }

  void special(String token, boolean train) {
    add(tokenizer.idOf(token), train);
  }

  int images() {
    return images;
  }

  /** Trains LLaVA's separators, found by id wherever the id stands. */
  void trainSeparators() {
    long start = tokenizer.idOf(Tokenizer.IM_START);
    long end = tokenizer.idOf(Tokenizer.IM_END);
    long newline = tokenizer.newlineId();
    for (int i = 0; i < size; i++) {
      if (ids[i] == start || ids[i] == end || ids[i] == newline) {
        labels[i] = ids[i];
      }
    }
  }

  Tokenized build() {
    return new Tokenized(Arrays.copyOf(ids, size), Arrays.copyOf(labels, size));
  }

  private void words(String text, boolean train) {
    for (long id : tokenizer.encode(text)) {
      add(id, train);
    }
  }

  private void add(long id, boolean train) {
    if (size == ids.length) {
      ids = Arrays.copyOf(ids, 2 * size);
      labels = Arrays.copyOf(labels, 2 * size);
    }
    ids[size] = id;
    labels[size] = train ? id : Tokenized.IGNORE;
    size++;
  }
}
