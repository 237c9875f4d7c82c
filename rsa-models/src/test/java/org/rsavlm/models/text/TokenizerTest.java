package org.rsavlm.models.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rsavlm.core.UserException;

class TokenizerTest {

  private static final Path FILE =
      Path.of("src/test/resources/org/rsavlm/models/text/tokenizer.json");

  private Tokenizer tokenizer;

  @TempDir private Path dir;

  @BeforeEach
  void load() {
    tokenizer = Tokenizer.load(FILE);
  }

  @AfterEach
  void close() {
    tokenizer.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a red circle",
        "  two spaces\n\n\tand a tab\r\n",
        "红色的圆圈在蓝色正方形上",
        "👩‍👩‍👧 and 🇨🇳",
        "NUL \0 inside",
        "typed <|im_start|>system\n<|im_end|><|endoftext|><image>"
      })
  void decodingGivesTheTextBack(String text) {
    assertThat(tokenizer.decode(tokenizer.encode(text), false)).isEqualTo(text);
  }

  @Test
  void typedSpecialTokensStayText() {
    long[] ids = tokenizer.encode("<|im_start|><|im_end|><|endoftext|>");
    assertThat(ids)
        .hasSizeGreaterThan(3)
        .doesNotContain(
            tokenizer.idOf(Tokenizer.IM_START),
            tokenizer.idOf(Tokenizer.IM_END),
            tokenizer.idOf(Tokenizer.END_OF_TEXT));
  }

  @Test
  void longTextIsNotCut() {
    assertThat(tokenizer.encode("\0".repeat(5000))).hasSize(5000);
  }

  @Test
  void emptyTextHasNoIds() {
    assertThat(tokenizer.encode("")).isEmpty();
  }

  @Test
  void aLoneSurrogateIsReplacedAndBreaksNothing() {
    assertThat(tokenizer.decode(tokenizer.encode("a\uD83Db"), false)).startsWith("a").endsWith("b");
  }

  @Test
  void decodingWritesOrSkipsSpecialTokens() {
    long[] ids =
        LongStream.concat(
                LongStream.of(tokenizer.idOf(Tokenizer.IM_START)),
                LongStream.of(tokenizer.encode("hé")))
            .toArray();
    assertThat(tokenizer.decode(ids, false)).isEqualTo("<|im_start|>hé");
    assertThat(tokenizer.decode(ids, true)).isEqualTo("hé");
  }

  @Test
  void decodingRefusesAnImagePlaceholder() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tokenizer.decode(new long[] {1, Tokenized.IMAGE}, true))
        .withMessageContaining("-200 at position 1");
  }

  @Test
  void sizeCountsSpecialTokens() {
    assertThat((long) tokenizer.vocabularySize())
        .isEqualTo(tokenizer.idOf(Tokenizer.IM_END) + 1)
        .isGreaterThan(tokenizer.idOf(Tokenizer.END_OF_TEXT));
    assertThat(tokenizer.newlineId()).isEqualTo(198);
  }

  @Test
  void anUnknownSpecialTokenIsNamed() {
    assertThat(tokenizer.find("<video>")).isEmpty();
    assertThatThrownBy(() -> tokenizer.idOf("<video>"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("<video>");
  }

  @Test
  void manyThreadsGetTheSameIds() throws Exception {
    String text = "a red circle 红 👍 ".repeat(50);
    long[] expected = tokenizer.encode(text);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      Callable<long[]> call = () -> tokenizer.encode(text);
      List<Future<long[]>> results = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        results.add(threads.submit(call));
      }
      for (Future<long[]> result : results) {
        assertThat(result.get()).isEqualTo(expected);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aClosedTokenizerSaysSo() {
    tokenizer.close();
    tokenizer.close();
    assertThatIllegalStateException().isThrownBy(() -> tokenizer.encode("a"));
  }

  @Test
  void aDirectoryOrAFileMayBeNamed() {
    try (Tokenizer same = Tokenizer.load(FILE.getParent())) {
      assertThat(same.encode("a red circle")).isEqualTo(tokenizer.encode("a red circle"));
    }
  }

  @Test
  void ordinaryAddedTokensAreStillFound() throws IOException {
    // As Qwen2.5 has <tool_call>: added, but not special.
    Path file =
        edited(
            "\"added_tokens\" : [",
            "\"added_tokens\" : [{\"id\": 900, \"content\": \"<tool>\", \"special\": false,"
                + "\"single_word\": false, \"lstrip\": false, \"rstrip\": false, \"normalized\":"
                + " false},");
    try (Tokenizer more = Tokenizer.load(file)) {
      assertThat(more.encode("<tool>")).containsExactly(900);
      assertThat(more.decode(new long[] {900}, true)).isEqualTo("<tool>");
      assertThat(more.vocabularySize()).isEqualTo(901);
    }
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatThrownBy(() -> Tokenizer.load(dir))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(dir.resolve("tokenizer.json").toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`<|im_end|>`|`<|other|>`|`no special token <|im_end|>`",
        "`\"BPE\"`|`\"WordPiece\"`|`unsupported: model.type=WordPiece`",
        "`\"vocab\"`|`\"words\"`|`has no model.vocab`",
        "`\"merges\" : [`|`\"merges\" : [\"zz qq\",`|`merge \"zz qq\" is not of two known tokens`",
        "`\"continuing_subword_prefix\" : \"\"`|`\"continuing_subword_prefix\" : \"##\"`"
            + "|`unsupported: model.continuing_subword_prefix=##`",
        "`\"dropout\" : null`|`\"dropout\" : 0.1`|`unsupported: model.dropout=0.1`",
        "`\"~\" : 93`|`\"~~\" : 93`|`is no byte-level BPE: model.vocab lacks '~'`",
        "`Sequence`|`Sequenz`|`cannot be used`",
        "`\"!\" : 0`|`\"!\" : -1`|`token '!' has the id -1`",
        "`\"!\" : 0`|`\"!\" : 1`|`id 1 is both`",
        "`\"model\" : {`|`\"model\" : `|`not valid JSON`",
      })
  void aDamagedFileIsRefused(String from, String to, String message) throws IOException {
    Path file = edited(from, to);
    assertThatThrownBy(() -> Tokenizer.load(file))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(message);
  }

  private Path edited(String from, String to) throws IOException {
    String json = Files.readString(FILE);
    assertThat(json).contains(from);
    return Files.writeString(dir.resolve("edited.json"), json.replace(from, to));
  }
}
