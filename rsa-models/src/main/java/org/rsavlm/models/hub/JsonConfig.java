package org.rsavlm.models.hub;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.rsavlm.core.UserException;

/**
 * A JSON object read key by key, with errors that name the file and the key.
 *
 * <p>A key that is missing and one that is {@code null} are the same, as in Hugging Face's configs.
 * A getter without a fallback throws a {@link UserException} where the key is missing; every getter
 * throws one where the value is of another type or beyond the type's range.
 */
public final class JsonConfig {

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          // Python writes NaN and Infinity into configs.
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final String where;
  private final String prefix;
  private final JsonNode node;

  private JsonConfig(String where, String prefix, JsonNode node) {
    this.where = where;
    this.prefix = prefix;
    this.node = node;
  }

  /**
   * Reads a file.
   *
   * @param file a JSON file whose root is an object
   * @return the root
   * @throws UserException if the file cannot be read or holds something else
   */
  public static JsonConfig read(Path file) {
    try {
      return of(file.toString(), MAPPER.readTree(Files.readAllBytes(file)));
    } catch (JsonProcessingException e) {
      String line = e.getLocation() == null ? "" : " at line " + e.getLocation().getLineNr();
      throw new UserException(
          file.toString(),
          "not valid JSON" + line + ": " + e.getOriginalMessage(),
          "mend the file or copy it again",
          e);
    } catch (IOException e) {
      throw ShardFile.unreadable(file, e);
    }
  }

  /**
   * Wraps an object that is in memory already, such as a part of a recipe.
   *
   * @param where named in errors: a file, or a file and the place in it
   * @param node a JSON object
   * @return the object
   * @throws UserException if the node is something else
   */
  public static JsonConfig of(String where, JsonNode node) {
    if (!node.isObject()) {
      throw new UserException(where, "not a JSON object", "give an object: {\"key\": value, …}");
    }
    return new JsonConfig(where, "", node);
  }

  /** Returns the object itself. */
  public JsonNode node() {
    return node;
  }

  /** Returns the place that errors name. */
  public String where() {
    return where;
  }

  /** Tells whether a key is there and not null. */
  public boolean has(String key) {
    return node.hasNonNull(key);
  }

  /** Returns a whole number of at most 32 bits. */
  public int integer(String key) {
    return get(key, "a whole number of 32 bits", JsonConfig::isInt, JsonNode::intValue);
  }

  /** Returns a whole number of at most 32 bits, or the fallback. */
  public int integer(String key, int fallback) {
    return has(key) ? integer(key) : fallback;
  }

  /** Returns a number. */
  public double number(String key) {
    return get(key, "a number", JsonNode::isNumber, JsonNode::doubleValue);
  }

  /** Returns a number, or the fallback. */
  public double number(String key, double fallback) {
    return has(key) ? number(key) : fallback;
  }

  /** Returns a truth value. */
  public boolean flag(String key) {
    return get(key, "true or false", JsonNode::isBoolean, JsonNode::booleanValue);
  }

  /** Returns a truth value, or the fallback. */
  public boolean flag(String key, boolean fallback) {
    return has(key) ? flag(key) : fallback;
  }

  /** Returns a string. */
  public String text(String key) {
    return get(key, "a string", JsonNode::isTextual, JsonNode::textValue);
  }

  /** Returns a string, or the fallback. */
  public String text(String key, String fallback) {
    return has(key) ? text(key) : fallback;
  }

  /** Returns an object. */
  public JsonConfig object(String key) {
    JsonNode child = get(key, "an object", JsonNode::isObject, Function.identity());
    return new JsonConfig(where, prefix + key + ".", child);
  }

  /** Returns an object, or nothing where the key is missing. */
  public Optional<JsonConfig> optionalObject(String key) {
    return has(key) ? Optional.of(object(key)) : Optional.empty();
  }

  /** Returns a list of numbers. */
  public List<Double> numbers(String key) {
    return list(key, "a list of numbers", JsonNode::isNumber, JsonNode::doubleValue);
  }

  /** Returns a list of strings. */
  public List<String> texts(String key) {
    return list(key, "a list of strings", JsonNode::isTextual, JsonNode::textValue);
  }

  /** Returns a list of lists of whole numbers of at most 32 bits. */
  public List<List<Integer>> integerPairs(String key) {
    Predicate<JsonNode> pair =
        n -> n.isArray() && n.size() == 2 && isInt(n.get(0)) && isInt(n.get(1));
    return list(
        key,
        "a list of pairs of whole numbers",
        pair,
        n -> List.of(n.get(0).intValue(), n.get(1).intValue()));
  }

  /**
   * Returns a string that is one of those allowed.
   *
   * @throws UserException {@code unsupported: KEY=VALUE} where it is another
   */
  public String choice(String key, String fallback, String... allowed) {
    String value = text(key, fallback);
    if (!Arrays.asList(allowed).contains(value)) {
      throw unsupported(key, "supported: " + String.join(", ", allowed));
    }
    return value;
  }

  /**
   * Makes the error for a value that is well formed but not supported.
   *
   * @param key the key, whose value is shown
   * @param cure what the user can do about it
   */
  public UserException unsupported(String key, String cure) {
    return new UserException(where, "unsupported: " + prefix + key + "=" + shown(key), cure);
  }

  /**
   * Makes the error for a value that does not fit.
   *
   * @param key the key, whose value is shown
   * @param needed what would fit, such as {@code "a multiple of 14"}
   */
  public UserException wrong(String key, String needed) {
    return new UserException(
        where, prefix + key + " is " + shown(key) + ", not " + needed, "correct the value");
  }

  private <T> T get(
      String key, String needed, Predicate<JsonNode> fits, Function<JsonNode, T> convert) {
    JsonNode value = node.get(key);
    if (value == null || value.isNull()) {
      throw new UserException(
          where, prefix + key + " is missing", "add it: " + needed + " is needed");
    }
    if (!fits.test(value)) {
      throw wrong(key, needed);
    }
    return convert.apply(value);
  }

  private <T> List<T> list(
      String key, String needed, Predicate<JsonNode> fits, Function<JsonNode, T> convert) {
    JsonNode array = get(key, needed, JsonNode::isArray, Function.identity());
    List<T> values = new ArrayList<>();
    for (JsonNode value : array) {
      if (!fits.test(value)) {
        throw wrong(key, needed);
      }
      values.add(convert.apply(value));
    }
    return List.copyOf(values);
  }

  private static boolean isInt(JsonNode value) {
    return value.isNumber() && value.canConvertToExactIntegral() && value.canConvertToInt();
  }

  private String shown(String key) {
    JsonNode value = node.get(key);
    String text = value == null ? "null" : value.toString();
    return text.length() > 100 ? text.substring(0, 100) + "…" : text;
  }

  @Override
  public String toString() {
    return where + " " + prefix;
  }
}
