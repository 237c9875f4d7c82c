package org.rsavlm.models.text;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.rsavlm.core.io.AtomicFiles;
import org.rsavlm.models.hub.JsonConfig;

/**
 * The files of a tokenizer as a whole: {@code tokenizer.json} and what Python reads beside it.
 *
 * <p>transformers' LLaVA-OneVision needs the special tokens {@code <image>} and {@code <video>},
 * which no Qwen2 tokenizer has; {@link #copyTo} gives them the next free ids, as the published
 * {@code llava-hf} checkpoints do.
 */
public final class TokenizerFiles {

  /** Stands for an image's tokens. */
  public static final String IMAGE = "<image>";

  /** Stands for a video's tokens. */
  public static final String VIDEO = "<video>";

  private static final String TOKENIZER = "tokenizer.json";
  private static final String CONFIG = "tokenizer_config.json";
  private static final String ADDED = "added_tokens.json";
  private static final List<String> COMPANIONS =
      List.of(CONFIG, "special_tokens_map.json", "vocab.json", "merges.txt", ADDED);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path directory;
  private final Map<String, Long> specials;
  private final int size;

  private TokenizerFiles(Path directory, TokenizerFile file) {
    this.directory = directory;
    specials = file.specials();
    size = file.size();
  }

  /**
   * Reads a tokenizer's special tokens.
   *
   * @param directory holds {@code tokenizer.json}
   * @throws org.rsavlm.core.UserException if it is missing or damaged
   */
  public static TokenizerFiles read(Path directory) {
    return new TokenizerFiles(directory, TokenizerFile.read(directory.resolve(TOKENIZER)));
  }

  /** Returns the highest id plus one. */
  public int size() {
    return size;
  }

  /** Returns the id of a special token that the tokenizer has. */
  public OptionalLong id(String special) {
    Long id = specials.get(special);
    return id == null ? OptionalLong.empty() : OptionalLong.of(id);
  }

  /** Returns the ids, in order, that these special tokens have, or get from {@link #copyTo}. */
  public List<Integer> ids(List<String> tokens) {
    List<Integer> ids = new ArrayList<>();
    int next = size;
    for (String token : tokens) {
      Long known = specials.get(token);
      ids.add(known == null ? next++ : known.intValue());
    }
    return ids;
  }

  /**
   * Copies the files, byte for byte where no token is missing.
   *
   * @param target an existing directory
   * @param tokens special tokens that the copy must have
   * @throws IOException if the file system refuses
   */
  public void copyTo(Path target, List<String> tokens) throws IOException {
    Map<String, Integer> missing = new LinkedHashMap<>();
    List<Integer> ids = ids(tokens);
    for (int i = 0; i < tokens.size(); i++) {
      if (!specials.containsKey(tokens.get(i))) {
        missing.put(tokens.get(i), ids.get(i));
      }
    }
    List<String> names = new ArrayList<>(List.of(TOKENIZER));
    names.addAll(COMPANIONS);
    for (String name : names) {
      Path file = directory.resolve(name);
      if (!Files.exists(file)) {
        continue;
      }
      boolean listed = name.equals(TOKENIZER) || name.equals(CONFIG) || name.equals(ADDED);
      if (missing.isEmpty() || !listed) {
        AtomicFiles.write(target.resolve(name), Files.readAllBytes(file));
      } else {
        ObjectNode json = JsonConfig.read(file).node().deepCopy();
        missing.forEach((token, id) -> add(json, name, token, id));
        AtomicFiles.write(target.resolve(name), text(json));
      }
    }
  }

  private static void add(ObjectNode json, String file, String token, int id) {
    switch (file) {
      case TOKENIZER ->
          json.withArray("/added_tokens").addObject().put("id", id).setAll(properties(token));
      case CONFIG ->
          json.withObject("/added_tokens_decoder").set(String.valueOf(id), properties(token));
      default -> json.put(token, id);
    }
  }

  private static ObjectNode properties(String token) {
    return JSON.createObjectNode()
        .put("content", token)
        .put("single_word", false)
        .put("lstrip", false)
        .put("rstrip", false)
        .put("normalized", false)
        .put("special", true);
  }

  private static String text(ObjectNode json) throws IOException {
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n"));
    return JSON.writer(printer).writeValueAsString(json) + "\n";
  }
}
