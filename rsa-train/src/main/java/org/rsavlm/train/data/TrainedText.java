package org.rsavlm.train.data;

import java.util.Arrays;
import org.rsavlm.models.text.PromptTemplate;
import org.rsavlm.models.text.Tokenized;
import org.rsavlm.models.text.Tokenizer;

/** Shows a prepared sample as text, so that labels can be checked by eye. */
final class TrainedText {

  private static final String OPEN = "⟦";
  private static final String CLOSE = "⟧";

  private TrainedText() {}

  /** The decoded sequence with its trained tokens in brackets. */
  static String of(PreparedSample sample, Tokenizer tokenizer) {
    StringBuilder text = new StringBuilder();
    long[] ids = sample.ids();
    int from = 0;
    while (from < ids.length) {
      int to = from + 1;
      while (to < ids.length && kind(sample, to) == kind(sample, from)) {
        to++;
      }
      switch (kind(sample, from)) {
        case IMAGE -> text.append(PromptTemplate.IMAGE_PLACEHOLDER.repeat(to - from));
        case MASKED -> text.append(tokenizer.decode(Arrays.copyOfRange(ids, from, to), false));
        case TRAINED ->
            text.append(OPEN)
                .append(tokenizer.decode(Arrays.copyOfRange(ids, from, to), false))
                .append(CLOSE);
      }
      from = to;
    }
    return text.toString();
  }

  private enum Kind {
    IMAGE,
    MASKED,
    TRAINED
  }

  private static Kind kind(PreparedSample sample, int at) {
    if (sample.ids()[at] == Tokenized.IMAGE) {
      return Kind.IMAGE;
    }
    return sample.labels()[at] == Tokenized.IGNORE ? Kind.MASKED : Kind.TRAINED;
  }
}
