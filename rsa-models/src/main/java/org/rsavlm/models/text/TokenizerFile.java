package org.rsavlm.models.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.rsavlm.core.UserException;

/**
 * A checked {@code tokenizer.json}, split in two: the special tokens, and the file without them.
 *
 * <p>Hugging Face's library looks for added tokens anywhere in a text, so a tokenizer that knows
 * {@code <|im_end|>} lets a user's text end the turn. The text-only form has no special token in
 * its vocabulary; no text can produce one. Ordinary added tokens (not marked special) move into the
 * vocabulary, because the library numbers those outside it by their place in the list.
 *
 * @param textOnly the JSON without special tokens, truncation and padding
 * @param specials ids of the special tokens, in the file's order
 * @param size the highest id of all plus one
 */
record TokenizerFile(String textOnly, Map<String, Long> specials, int size) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Reads a tokenizer.json, or the one in a directory. */
  static TokenizerFile read(Path fileOrDirectory) {
    Path file =
        Files.isDirectory(fileOrDirectory)
            ? fileOrDirectory.resolve("tokenizer.json")
            : fileOrDirectory;
    if (!Files.isRegularFile(file)) {
      throw new UserException(
          file.toString(), "no such file", "name a tokenizer.json or a directory that holds one");
    }
    try {
      JsonNode root = JSON.readTree(file.toFile());
      return new Splitter(file, root).split();
    } catch (JsonProcessingException e) {
      throw BpeModelCheck.damaged(file, "not valid JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new UserException(
          file.toString(), "cannot be read: " + e.getMessage(), "check its permissions", e);
    }
  }

  private static final class Splitter {

    private final Path file;
    private final ObjectNode root;
    private final ObjectNode vocabulary;
    private final Map<Long, String> tokens = new HashMap<>();
    private final Map<String, Long> specials = new LinkedHashMap<>();

    Splitter(Path file, JsonNode json) {
      this.file = file;
      BpeModelCheck check = new BpeModelCheck(file, json.path("model"));
      check.settings();
      if (!(json instanceof ObjectNode object)
          || !(json.path("model").path("vocab") instanceof ObjectNode vocab)) {
        throw BpeModelCheck.damaged(file, "has no model.vocab", null);
      }
      check.tokens();
      root = object;
      vocabulary = vocab;
    }

    TokenizerFile split() {
      vocabulary.properties().forEach(e -> claim(id(e.getValue(), e.getKey()), e.getKey()));
      JsonNode added = root.path("added_tokens");
      ArrayNode ordinary = JSON.createArrayNode();
      for (JsonNode token : added) {
        String content = token.path("content").asText();
        long id = id(token.path("id"), content);
        claim(id, content);
        if (token.path("special").asBoolean()) {
          specials.put(content, id);
          vocabulary.remove(content);
        } else {
          ordinary.add(token);
          vocabulary.put(content, id);
        }
      }
      root.set("added_tokens", ordinary);
      root.putNull("truncation");
      root.putNull("padding");
      // Never needed where every byte has a token, and often a special one.
      root.withObject("/model").putNull("unk_token");
      long highest = tokens.keySet().stream().mapToLong(Long::longValue).max().orElse(-1);
      return new TokenizerFile(root.toString(), specials, Math.toIntExact(highest + 1));
    }

    private long id(JsonNode value, String token) {
      boolean fits = value.isIntegralNumber() && value.canConvertToInt();
      if (!fits || value.asInt() < 0 || value.asInt() == Integer.MAX_VALUE) {
        throw BpeModelCheck.damaged(file, "token '" + token + "' has the id " + value, null);
      }
      return value.asInt();
    }

    private void claim(long id, String token) {
      String other = tokens.putIfAbsent(id, token);
      if (other != null && !other.equals(token)) {
        throw BpeModelCheck.damaged(
            file, "id " + id + " is both '" + other + "' and '" + token + "'", null);
      }
    }
  }
}
