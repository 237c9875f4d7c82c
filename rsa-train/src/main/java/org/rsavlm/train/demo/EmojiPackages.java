package org.rsavlm.train.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.rsavlm.core.UserException;
import org.rsavlm.core.io.FileFaults;

/**
 * Reads the npm packages {@code emoji-datasource-google} (list and pictures) and {@code
 * emojibase-data} (English labels, tags and groups), unpacked side by side or in {@code
 * node_modules}.
 */
final class EmojiPackages {

  static final String PICTURES = "emoji-datasource-google";
  static final String WORDS = "emojibase-data";

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Path pictures;
  private final Path words;

  /**
   * Finds the packages.
   *
   * @throws UserException if one is not there
   */
  EmojiPackages(Path directory) {
    pictures = find(directory, PICTURES);
    words = find(directory, WORDS);
  }

  /** Returns name and version of the package with the pictures. */
  String picturesVersion() {
    return PICTURES + " " + json(pictures, "package.json").path("version").asText();
  }

  /** Returns name and version of the package with the words. */
  String wordsVersion() {
    return WORDS + " " + json(words, "package.json").path("version").asText();
  }

  /**
   * Returns all base emoji with a picture and a description, in the order of the picture package.
   */
  List<Emoji> read() {
    JsonNode messages = json(words, "en/messages.json");
    Map<Integer, String> groups = names(messages.path("groups"));
    Map<Integer, String> kinds = names(messages.path("subgroups"));
    Map<String, JsonNode> described = new HashMap<>();
    for (JsonNode entry : json(words, "en/data.json")) {
      described.put(code(entry.path("hexcode").asText()), entry);
    }
    List<Emoji> emoji = new ArrayList<>();
    for (JsonNode entry : json(pictures, "emoji.json")) {
      String code = code(entry.path("unified").asText());
      JsonNode words = described.get(code);
      // Components are skin tones and the like, which are no emoji of their own.
      if (words == null
          || !entry.path("has_img_google").asBoolean()
          || entry.path("category").asText().equals("Component")) {
        continue;
      }
      String group = groups.get(words.path("group").asInt(-1));
      String kind = kinds.get(words.path("subgroup").asInt(-1));
      if (group != null && kind != null) {
        emoji.add(
            new Emoji(
                code,
                plain(words.path("label").asText()),
                StreamSupport.stream(words.path("tags").spliterator(), false)
                    .map(tag -> plain(tag.asText()))
                    .distinct()
                    .toList(),
                group,
                kind,
                pictures.resolve("img/google/64").resolve(entry.path("image").asText())));
      }
    }
    return emoji;
  }

  private static Path find(Path directory, String name) {
    for (Path path :
        List.of(directory.resolve("node_modules").resolve(name), directory.resolve(name))) {
      if (Files.isRegularFile(path.resolve("package.json"))) {
        return path;
      }
    }
    throw new UserException(
        directory.toString(),
        "the npm package " + name + " is not there",
        "run scripts/emoji.sh, or: npm install --ignore-scripts --prefix "
            + directory
            + " "
            + PICTURES
            + " "
            + WORDS);
  }

  private static JsonNode json(Path root, String file) {
    Path path = root.resolve(file);
    try {
      return MAPPER.readTree(path.toFile());
    } catch (IOException e) {
      throw new UserException(
          path.toString(),
          "cannot be read as JSON: " + FileFaults.describe(e),
          "fetch the package again",
          e);
    }
  }

  private static Map<Integer, String> names(JsonNode list) {
    Map<Integer, String> names = new HashMap<>();
    for (JsonNode entry : list) {
      names.put(entry.path("order").asInt(-1), plain(entry.path("message").asText()));
    }
    return names;
  }

  /** One spelling for both packages, which differ in their use of variation selectors. */
  private static String code(String code) {
    return code.toUpperCase(Locale.ROOT).replace("-FE0F", "");
  }

  /** Plain punctuation, and words for signs. */
  private static String plain(String text) {
    return text.replace('\u2019', '\'')
        .replace("\u201C", "")
        .replace("\u201D", "")
        .replace("flag: ", "flag of ")
        .replace(" & ", " and ")
        .replace(" / ", " or ")
        .strip();
  }
}
