package org.rsavlm.models.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The committed tokenizer is what the builder makes of captions.txt; check_tokenizer.py holds it to
 * Hugging Face's own trainer and loads it with transformers.
 */
class TokenizerBuilderTest {

  private static final Path FIXTURE = Path.of("src/test/resources/org/rsavlm/models/text");

  @TempDir private Path dir;

  @Test
  void theSameTextsGiveTheCommittedFiles() throws IOException {
    List<String> captions = new ArrayList<>(captions());
    Collections.reverse(captions);
    new TokenizerBuilder().vocabularySize(560).addAll(captions).write(dir);
    for (String name : List.of("tokenizer.json", "tokenizer_config.json")) {
      assertThat(dir.resolve(name)).hasSameTextualContentAs(FIXTURE.resolve(name));
    }
  }

  @Test
  void frequentWordsAndTheTemplateBecomeSingleTokens() throws IOException {
    new TokenizerBuilder().vocabularySize(560).addAll(captions()).write(dir);
    try (Tokenizer tokenizer = Tokenizer.load(dir)) {
      assertThat(tokenizer.vocabularySize()).isEqualTo(560);
      for (String word : List.of("system", "assistant", "user", " circle", " background", "色的")) {
        assertThat(tokenizer.encode(word)).as(word).hasSize(1);
      }
      assertThat(tokenizer.newlineId()).isEqualTo(198);
    }
  }

  @Test
  void fewTextsGiveFewerIds() {
    new TokenizerBuilder().add("ab ab").write(dir);
    try (Tokenizer tokenizer = Tokenizer.load(dir)) {
      // A few pairs occur twice, in the text or the template.
      assertThat(tokenizer.vocabularySize()).isBetween(256 + 1 + 3, 300);
    }
  }

  @Test
  void noTextsGiveBytes() {
    new TokenizerBuilder().write(dir);
    try (Tokenizer tokenizer = Tokenizer.load(dir)) {
      assertThat(tokenizer.encode("é")).hasSize(2);
    }
  }

  @Test
  void moreSpecialTokensFollowQwens() {
    new TokenizerBuilder().vocabularySize(300).specialToken("<image>").write(dir);
    try (Tokenizer tokenizer = Tokenizer.load(dir)) {
      assertThat(tokenizer.idOf("<image>")).isEqualTo(tokenizer.idOf(Tokenizer.IM_END) + 1);
      assertThat(tokenizer.encode("<image>")).hasSizeGreaterThan(1);
    }
  }

  @Test
  void sizesOutOfRangeAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TokenizerBuilder().vocabularySize(258))
        .withMessageContaining("259");
    assertThatIllegalArgumentException().isThrownBy(() -> new TokenizerBuilder().minimumCount(0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TokenizerBuilder().specialToken(Tokenizer.IM_END));
  }

  private static List<String> captions() throws IOException {
    return Files.readAllLines(FIXTURE.resolve("captions.txt"));
  }
}
