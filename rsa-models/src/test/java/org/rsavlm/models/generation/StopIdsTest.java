package org.rsavlm.models.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rsavlm.core.UserException;
import org.rsavlm.models.hub.HfDirectory;
import org.rsavlm.models.text.Tokenizer;

final class StopIdsTest {

  @TempDir private Path dir;
  private Tokenizer tokenizer;

  @BeforeEach
  void load() {
    tokenizer = Tokenizer.load(Path.of("src/test/resources/org/rsavlm/models/text"));
  }

  @AfterEach
  void close() {
    tokenizer.close();
  }

  private Set<Long> stopIds(String config) throws IOException {
    Files.writeString(dir.resolve("generation_config.json"), config);
    return StopIds.of(new HfDirectory(dir), tokenizer);
  }

  @Test
  void withoutAConfigTheEndsOfATurnAndOfADocumentStop() throws IOException {
    Long[] both = {
      tokenizer.idOf(Tokenizer.IM_END), tokenizer.idOf(Tokenizer.END_OF_TEXT),
    };
    assertThat(StopIds.of(new HfDirectory(dir), tokenizer)).containsExactlyInAnyOrder(both);
    assertThat(stopIds("{\"temperature\": 0.7}")).containsExactlyInAnyOrder(both);
  }

  @Test
  void aConfigNamesOneIdOrSeveral() throws IOException {
    assertThat(stopIds("{\"eos_token_id\": 7}")).containsExactly(7L);
    assertThat(stopIds("{\"eos_token_id\": [151645, 151643]}"))
        .containsExactlyInAnyOrder(151645L, 151643L);
    assertThatThrownBy(() -> stopIds("{\"eos_token_id\": [\"<|im_end|>\"]}"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("write a token id or a list of them");
  }
}
