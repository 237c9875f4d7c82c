package org.rsavlm.models.table;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rsavlm.models.table.UnusableRowException.Kind;

/** A row's JSON. */
final class JsonText {

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_LONG_FOR_INTS)
          .build();
  private static final JsonFactory FACTORY = new JsonFactory();
  private static final TypeReference<Map<String, @Nullable Object>> OBJECT =
      new TypeReference<>() {};
  private static final String CURE = "mend the file, or fetch it again";

  private JsonText() {}

  /**
   * The values of an object.
   *
   * @param json without blanks before it
   * @param where file and row, for errors
   * @throws UnusableRowException if it is none
   */
  static Map<String, @Nullable Object> values(byte[] json, String where) {
    try {
      if (json.length > 0 && json[0] == '{') {
        return MAPPER.readValue(json, OBJECT);
      }
      Object value = MAPPER.readValue(json, Object.class);
      throw new UnusableRowException(
          Kind.MALFORMED, where, "expected a JSON object, found " + Row.kind(value), CURE);
    } catch (JsonProcessingException e) {
      String at = e.getLocation() == null ? "" : " at column " + e.getLocation().getColumnNr();
      throw new UnusableRowException(
          Kind.MALFORMED, where, "not valid JSON" + at + ": " + e.getOriginalMessage(), CURE, e);
    } catch (IOException e) {
      throw new UnusableRowException(
          Kind.MALFORMED, where, "not valid JSON: " + e.getMessage(), CURE, e);
    }
  }

  /** Writes what {@link #values} reads. */
  static byte[] write(Map<String, @Nullable Object> values) throws IOException {
    return MAPPER.writeValueAsBytes(values);
  }

  /**
   * The names of an object that have a value: neither null nor an empty list.
   *
   * @param enough where one of these has a value, the others are not looked for
   * @return none where it can't be parsed
   */
  static Set<String> valued(byte[] json, Set<String> enough) {
    Set<String> names = new HashSet<>();
    try (JsonParser parser = FACTORY.createParser(json)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (value == JsonToken.START_ARRAY) {
          value = parser.nextToken();
          if (value == JsonToken.END_ARRAY) {
            continue;
          }
          names.add(name);
          while (value != null && value != JsonToken.END_ARRAY) {
            parser.skipChildren();
            value = parser.nextToken();
          }
        } else {
          if (value != JsonToken.VALUE_NULL) {
            names.add(name);
          }
          parser.skipChildren();
        }
        if (names.contains(name) && enough.contains(name)) {
          return names;
        }
      }
      return names;
    } catch (IOException e) {
      return Set.of(); // reading the row says what is wrong
    }
  }
}
