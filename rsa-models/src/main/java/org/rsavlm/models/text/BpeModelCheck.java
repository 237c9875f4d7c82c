package org.rsavlm.models.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;

/**
 * Looks at the {@code model} of a tokenizer.json before the native library does, which ends the
 * process on some faults instead of reporting them, and takes settings that we don't.
 */
final class BpeModelCheck {

  private final Path file;
  private final JsonNode model;

  BpeModelCheck(Path file, JsonNode model) {
    this.file = file;
    this.model = model;
  }

  /** Refuses settings other than plain BPE: one id sequence for a text, made of whole symbols. */
  void settings() {
    require("type", model.path("type").asText("BPE").equals("BPE"));
    for (String affix : List.of("continuing_subword_prefix", "end_of_word_suffix")) {
      require(affix, isNone(affix) || model.path(affix).asText("?").isEmpty());
    }
    require("dropout", isNone("dropout") || model.path("dropout").asDouble(1) == 0);
    require("byte_fallback", isNone("byte_fallback") || !model.path("byte_fallback").asBoolean());
  }

  /** Every byte has a token, every merge joins two tokens to a third. */
  void tokens() {
    for (String symbol : ByteLevel.alphabet()) {
      if (!has(symbol)) {
        throw new UserException(
            file.toString(),
            "is no byte-level BPE: model.vocab lacks '" + symbol + "'",
            "use the tokenizer of a Qwen2 checkpoint");
      }
    }
    JsonNode merges = model.path("merges");
    if (!merges.isArray()) {
      throw damaged(file, "has no model.merges", null);
    }
    for (JsonNode merge : merges) {
      if (!joinsTokens(merge)) {
        throw damaged(file, "merge " + merge + " is not of two known tokens", null);
      }
    }
  }

  /** Older files write a merge as one string, newer ones as two. */
  private boolean joinsTokens(JsonNode merge) {
    String left = merge.path(0).asText();
    String right = merge.path(1).asText();
    if (merge.isTextual()) {
      int space = merge.asText().indexOf(' ');
      left = merge.asText().substring(0, Math.max(space, 0));
      right = merge.asText().substring(space + 1);
    }
    return !left.isEmpty() && has(left) && has(right) && has(left + right);
  }

  private boolean has(String token) {
    return model.path("vocab").has(token);
  }

  private boolean isNone(String key) {
    return model.path(key).isMissingNode() || model.path(key).isNull();
  }

  private void require(String key, boolean supported) {
    if (!supported) {
      throw new UserException(
          file.toString(),
          "unsupported: model." + key + "=" + model.path(key).asText(),
          "use the tokenizer of a Qwen2 checkpoint");
    }
  }

  /** Returns the fault of a tokenizer.json that is not what it was published as. */
  static UserException damaged(Path file, String what, @Nullable Throwable cause) {
    String cure = "copy the checkpoint's tokenizer.json again";
    return cause == null
        ? new UserException(file.toString(), what, cure)
        : new UserException(file.toString(), what, cure, cause);
  }
}
