package org.rsavlm.models.hub;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;

/**
 * Parses the JSON part of a safetensors header, trusting nothing in it: shape, names, types and
 * numbers of every entry. Where the tensors lie is checked by {@link HeaderReader}.
 */
final class HeaderParser {

  /** Torch's iterators stop here; a longer shape is an attack or an accident. */
  private static final int MAX_RANK = 64;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(16)
                  .maxNameLength(SafetensorsHeader.MAX_BYTES)
                  .maxStringLength(SafetensorsHeader.MAX_BYTES)
                  .build())
          .build();

  private final Path file;
  private final JsonParser parser;
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final List<SafetensorsHeader.Entry> entries = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  private HeaderParser(Path file, JsonParser parser) {
    this.file = file;
    this.parser = parser;
  }

  /**
   * Parses a header's text.
   *
   * @param file named in errors
   * @param text UTF-8 JSON with spaces after it
   * @param dataStart kept in the result
   */
  static SafetensorsHeader parse(Path file, byte[] text, long dataStart) {
    if (text.length == 0 || text[0] != '{') {
      throw SafetensorsHeader.damaged(
          file, "not a safetensors file: its header does not start with '{'");
    }
    try (Reader reader =
            new InputStreamReader(
                new ByteArrayInputStream(text),
                StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT));
        JsonParser parser = JSON.createParser(reader)) {
      HeaderParser self = new HeaderParser(file, parser);
      self.parseAll();
      return new SafetensorsHeader(
          Collections.unmodifiableMap(self.metadata), self.entries, dataStart);
    } catch (JsonProcessingException e) {
      String what = "the header is not valid JSON: " + e.getOriginalMessage();
      throw damagedBy(file, e.getLocation() == null ? what : what + at(e), e);
    } catch (CharacterCodingException e) {
      throw damagedBy(file, "the header is not valid UTF-8", e);
    } catch (IOException e) {
      throw damagedBy(file, "the header cannot be read: " + e.getMessage(), e);
    }
  }

  private static String at(JsonProcessingException e) {
    return " at character " + e.getLocation().getCharOffset();
  }

  private static UserException damagedBy(Path file, String what, IOException cause) {
    UserException fault = SafetensorsHeader.damaged(file, what);
    fault.initCause(cause);
    return fault;
  }

  private void parseAll() throws IOException {
    parser.nextToken();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      if (!names.add(name)) {
        throw SafetensorsHeader.damaged(
            file, "the name " + Quote.of(name) + " stands twice in the header");
      }
      JsonToken value = parser.nextToken();
      if (value != JsonToken.START_OBJECT) {
        throw fault(name, "not a JSON object");
      }
      if (name.equals(SafetensorsHeader.METADATA_KEY)) {
        parseMetadata();
      } else {
        parseTensor(name);
      }
    }
    if (parser.nextToken() != null) {
      throw SafetensorsHeader.damaged(file, "there is more after the header's JSON object");
    }
  }

  private void parseMetadata() throws IOException {
    for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
      if (parser.nextToken() != JsonToken.VALUE_STRING) {
        throw fault(
            SafetensorsHeader.METADATA_KEY, "the value of " + Quote.of(key) + " is not a string");
      }
      if (metadata.put(key, parser.getText()) != null) {
        throw fault(SafetensorsHeader.METADATA_KEY, "the key " + Quote.of(key) + " stands twice");
      }
    }
  }

  private void parseTensor(String name) throws IOException {
    StoredDtype dtype = null;
    long[] shape = null;
    long[] offsets = null;
    Set<String> keys = new HashSet<>();
    for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
      if (!keys.add(key)) {
        throw fault(name, "the key " + Quote.of(key) + " stands twice");
      }
      parser.nextToken();
      switch (key) {
        case "dtype" -> dtype = parseDtype(name);
        case "shape" -> shape = parseNumbers(name, key, MAX_RANK);
        case "data_offsets" -> offsets = parseNumbers(name, key, 2);
        default -> parser.skipChildren(); // as the reference implementation does
      }
    }
    entries.add(checked(name, dtype, shape, offsets));
  }

  private StoredDtype parseDtype(String name) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw fault(name, "dtype is not a string");
    }
    String dtype = parser.getText();
    return StoredDtype.named(dtype)
        .orElseThrow(
            () ->
                new UserException(
                    file.toString(),
                    "tensor " + Quote.of(name) + ": dtype " + Quote.of(dtype) + " is not supported",
                    "convert the weights to one of " + StoredDtype.names()));
  }

  private long[] parseNumbers(String name, String key, int most) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw fault(name, key + " is not a list");
    }
    long[] numbers = new long[most];
    int count = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
        throw fault(name, key + " holds something other than whole numbers");
      }
      if (count == most) {
        throw fault(name, key + " has more than " + most + " numbers");
      }
      if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
        throw fault(name, key + " holds a number beyond 64 bits");
      }
      long number = parser.getLongValue();
      if (number < 0) {
        throw fault(name, key + " holds the negative number " + number);
      }
      numbers[count++] = number;
    }
    return Arrays.copyOf(numbers, count);
  }

  private SafetensorsHeader.Entry checked(
      String name,
      @Nullable StoredDtype dtype,
      long @Nullable [] shape,
      long @Nullable [] offsets) {
    if (dtype == null || shape == null || offsets == null) {
      String missing = dtype == null ? "dtype" : shape == null ? "shape" : "data_offsets";
      throw fault(name, missing + " is missing");
    }
    if (offsets.length != 2 || offsets[0] > offsets[1]) {
      throw fault(name, "data_offsets is " + Arrays.toString(offsets) + ", not [begin, end]");
    }
    long bytes = sizeOf(name, dtype, shape);
    if (bytes != offsets[1] - offsets[0]) {
      throw fault(
          name,
          String.format(
              Locale.ROOT,
              "%s of shape %s takes %d bytes, data_offsets give it %d",
              dtype,
              Arrays.toString(shape),
              bytes,
              offsets[1] - offsets[0]));
    }
    TensorInfo info = new TensorInfo(name, dtype.torch(), new Shape(shape));
    return new SafetensorsHeader.Entry(info, offsets[0], offsets[1]);
  }

  /** Bytes of a shape; overflow is a fault even where another dimension is zero. */
  private long sizeOf(String name, StoredDtype dtype, long[] shape) {
    try {
      long bound = dtype.torch().bytes();
      boolean empty = false;
      for (long dimension : shape) {
        bound = Math.multiplyExact(bound, Math.max(dimension, 1));
        empty |= dimension == 0;
      }
      return empty ? 0 : bound;
    } catch (ArithmeticException e) {
      throw fault(name, "the shape " + Arrays.toString(shape) + " is too large");
    }
  }

  private UserException fault(String name, String what) {
    return SafetensorsHeader.damaged(file, "tensor " + Quote.of(name) + ": " + what);
  }
}
