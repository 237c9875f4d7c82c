package org.rsavlm.models.table;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;

/** Rows of a JSON list of objects, or of objects one after the other; read as a stream. */
final class JsonRows implements RowSource {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_LONG_FOR_INTS).build();
  private static final TypeReference<Map<String, @Nullable Object>> OBJECT =
      new TypeReference<>() {};

  private final Path file;
  private final ImageDirectory images;
  private final JsonParser parser;
  private int number;

  private JsonRows(Path file, ImageDirectory images, JsonParser parser) {
    this.file = file;
    this.images = images;
    this.parser = parser;
  }

  static JsonRows open(Path file, ImageDirectory images) {
    try {
      return new JsonRows(file, images, JSON.createParser(Files.newInputStream(file)));
    } catch (IOException e) {
      throw TableFiles.unreadable(file, e);
    }
  }

  @Override
  public @Nullable Row next() {
    String where = file + ", row " + number;
    try {
      JsonToken token = parser.nextToken();
      if (token == JsonToken.START_ARRAY && number == 0) {
        token = parser.nextToken();
      }
      if (token == null || token == JsonToken.END_ARRAY) {
        return null;
      }
      if (token != JsonToken.START_OBJECT) {
        throw new UserException(where, "not an object", "write one JSON object a row");
      }
      Map<String, @Nullable Object> values = JSON.readValue(parser, OBJECT);
      number++;
      return new Row(where, images, values);
    } catch (JsonProcessingException e) {
      throw new UserException(
          where, "not JSON: " + e.getOriginalMessage(), "mend the file, or fetch it again", e);
    } catch (IOException e) {
      throw TableFiles.unreadable(file, e);
    }
  }

  @Override
  public void close() {
    try {
      parser.close();
    } catch (IOException e) {
      throw TableFiles.unreadable(file, e);
    }
  }
}
