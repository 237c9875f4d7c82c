package org.rsavlm.models.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rsavlm.core.UserException;

final class JsonConfigTest {

  private static final String TEXT =
      """
      {"hidden_size": 896, "eps": 1e-06, "theta": 1000000.0, "tie": true, "act": "silu",
       "rope_scaling": null, "big": 5000000000, "fraction": 1.5, "cap": Infinity,
       "text_config": {"layers": 2, "act": "gelu"}, "pinpoints": [[384, 768], [768, 384]],
       "layers": [-1, 2], "mean": [0.5, 1], "stop": ["a", "b"]}
      """;

  @TempDir private Path dir;

  private JsonConfig config() throws IOException {
    Files.writeString(dir.resolve("config.json"), TEXT);
    return new HfDirectory(dir).config();
  }

  @Test
  void readsEveryKind() throws IOException {
    JsonConfig config = config();
    assertThat(config.integer("hidden_size")).isEqualTo(896);
    assertThat(config.integer("theta")).as("written as a fraction").isEqualTo(1_000_000);
    assertThat(config.integer("absent", 3)).isEqualTo(3);
    assertThat(config.number("eps")).isEqualTo(1e-6);
    assertThat(config.number("hidden_size", 1)).isEqualTo(896);
    assertThat(config.number("cap")).isInfinite();
    assertThat(config.flag("tie")).isTrue();
    assertThat(config.flag("absent", true)).isTrue();
    assertThat(config.text("act")).isEqualTo("silu");
    assertThat(config.choice("act", "gelu", "silu", "gelu")).isEqualTo("silu");
    assertThat(config.choice("absent", "gelu", "silu", "gelu")).isEqualTo("gelu");
    assertThat(config.object("text_config").integer("layers")).isEqualTo(2);
    assertThat(config.integerPairs("pinpoints"))
        .containsExactly(List.of(384, 768), List.of(768, 384));
    assertThat(config.numbers("mean")).containsExactly(0.5, 1.0);
    assertThat(config.texts("stop")).containsExactly("a", "b");
  }

  @Test
  void nullIsMissing() throws IOException {
    JsonConfig config = config();
    assertThat(config.has("rope_scaling")).isFalse();
    assertThat(config.optionalObject("rope_scaling")).isEmpty();
    assertThat(config.text("rope_scaling", "none")).isEqualTo("none");
    assertThatThrownBy(() -> config.object("rope_scaling")).hasMessageContaining("is missing");
  }

  @Test
  void errorsNameFileKeyAndValue() throws IOException {
    JsonConfig config = config();
    JsonConfig inner = config.object("text_config");
    says(() -> config.integer("vocab_size"), "vocab_size is missing (add it: a whole number");
    says(() -> inner.integer("heads"), "text_config.heads is missing");
    says(() -> config.integer("big"), "big is 5000000000, not a whole number of 32 bits");
    says(() -> config.integer("fraction"), "fraction is 1.5, not a whole number");
    says(() -> config.integer("cap"), "cap is \"Infinity\", not a whole number");
    says(() -> config.number("act"), "act is \"silu\", not a number");
    says(() -> config.flag("act"), "act is \"silu\", not true or false");
    says(() -> config.text("tie"), "tie is true, not a string");
    says(() -> config.object("act"), "act is \"silu\", not an object");
    says(() -> config.numbers("stop"), "stop is [\"a\",\"b\"], not a list of numbers");
    says(() -> config.integerPairs("layers"), "layers is [-1,2], not a list of pairs");
    says(
        () -> inner.choice("act", "silu", "silu"),
        "unsupported: text_config.act=\"gelu\" (supported: silu)");
  }

  private void says(ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(dir.resolve("config.json") + ": ")
        .hasMessageContaining(message);
  }

  @Test
  void damagedFilesAreSaid() throws IOException {
    Path file = dir.resolve("config.json");
    Files.writeString(file, "{\"a\": 1,\n\"b\": }");
    says(() -> JsonConfig.read(file), "not valid JSON at line 2");
    Files.writeString(file, "{\"a\": 1, \"a\": 2}");
    says(() -> JsonConfig.read(file), "not valid JSON at line 1: Duplicate");
    Files.writeString(file, "{} x");
    says(() -> JsonConfig.read(file), "not valid JSON");
    Files.writeString(file, "");
    says(() -> JsonConfig.read(file), "not a JSON object");
    Files.writeString(file, "[".repeat(100_000));
    says(() -> JsonConfig.read(file), "not valid JSON");
    Files.write(file, new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'});
    says(() -> JsonConfig.read(file), "not valid JSON");
  }

  @Test
  void directoriesSayWhatIsMissing() throws IOException {
    assertThatThrownBy(() -> new HfDirectory(dir.resolve("none")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("none: no such directory");
    HfDirectory empty = new HfDirectory(dir);
    assertThatThrownBy(empty::config)
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(dir.resolve("config.json") + ": no such file");
    assertThat(empty.json(HfDirectory.GENERATION_CONFIG)).isEmpty();
    config();
    assertThat(empty.json(HfDirectory.CONFIG)).isPresent();
  }
}
