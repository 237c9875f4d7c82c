package org.rsavlm.models.hub;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Lays out a safetensors file exactly as the reference implementation does: tensors by descending
 * alignment of their type, then by name; compact JSON; spaces up to a multiple of 8 bytes.
 *
 * <p>One thing is left to chance there and sorted here: the keys of the metadata.
 */
final class HeaderWriter {

  /** Order of names by their UTF-8 bytes, which is that of their code points. */
  static final Comparator<String> NAMES =
      Comparator.comparing(name -> name.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

  private static final Comparator<TensorInfo> ORDER =
      Comparator.<TensorInfo, StoredDtype>comparing(info -> StoredDtype.of(info.dtype()))
          .thenComparing(TensorInfo::name, NAMES);

  private static final int ALIGNMENT = 8;

  private static final JsonFactory JSON =
      JsonFactory.builder().disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE).build();

  private HeaderWriter() {}

  /** Returns the tensors in the order of their data. */
  static List<TensorInfo> inOrder(Collection<TensorInfo> tensors) {
    List<TensorInfo> sorted = new ArrayList<>(tensors);
    sorted.sort(ORDER);
    return List.copyOf(sorted);
  }

  /**
   * Returns the bytes before the data: length and JSON.
   *
   * @param metadata free text; no key where it is empty
   * @param ordered the tensors in the order of their data
   */
  static ByteBuffer encode(Map<String, String> metadata, List<TensorInfo> ordered) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart(SafetensorsHeader.METADATA_KEY);
        for (Map.Entry<String, String> entry : new TreeMap<>(metadata).entrySet()) {
          json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
      }
      long begin = 0;
      for (TensorInfo info : ordered) {
        long end = Math.addExact(begin, info.bytes());
        writeEntry(json, info, begin, end);
        begin = end;
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a StringWriter does not fail
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    int padded = (bytes.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    ByteBuffer buffer = ByteBuffer.allocate(Long.BYTES + padded).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putLong(padded).put(bytes);
    while (buffer.hasRemaining()) {
      buffer.put((byte) ' ');
    }
    return buffer.flip();
  }

  private static void writeEntry(JsonGenerator json, TensorInfo info, long begin, long end)
      throws IOException {
    Shape shape = info.shape();
    json.writeObjectFieldStart(info.name());
    json.writeStringField("dtype", StoredDtype.of(info.dtype()).name());
    json.writeFieldName("shape");
    json.writeArray(shape.getShape(), 0, shape.dimension());
    json.writeFieldName("data_offsets");
    json.writeArray(new long[] {begin, end}, 0, 2);
    json.writeEndObject();
  }
}
