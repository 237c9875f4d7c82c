package org.rsavlm.models.llava;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.rsavlm.core.UserException;
import org.rsavlm.models.text.Tokenizer;

final class VocabularyCheckTest {

  private static final Path FILE = Path.of("src/test/resources/org/rsavlm/models/text");

  /** The tokenizer has 560 ids, without {@code <video>}. */
  @Test
  void savingNeedsARowForTheTokenThatItAdds() {
    try (Tokenizer tokenizer = Tokenizer.load(FILE)) {
      assertThatCode(() -> VocabularyCheck.requireRows("model", tokenizer, 560))
          .doesNotThrowAnyException();
      assertThatThrownBy(() -> VocabularyCheck.requireRows("model", tokenizer, 559))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("the tokenizer has 560 tokens, the model 559");
      assertThatThrownBy(() -> VocabularyCheck.requireRowsToSave(FILE, tokenizer, 560))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("takes 561 ids, one for <video>");
    }
  }
}
