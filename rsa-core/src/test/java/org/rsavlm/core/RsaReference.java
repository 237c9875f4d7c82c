package org.rsavlm.core;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The values and gradients that {@code src/test/python/make_rsa_fixtures.py} computed. */
final class RsaReference {

  /** A matrix of the fixture. */
  record Matrix(int rows, int columns, double[] values) {}

  private final JsonObject cases;
  private final Map<String, Matrix> matrices = new HashMap<>();

  RsaReference() {
    cases =
        JsonParser.parseString(new String(bytes("rsa.json"), StandardCharsets.UTF_8))
            .getAsJsonObject()
            .getAsJsonObject("cases");
    ByteBuffer file = ByteBuffer.wrap(bytes("rsa.safetensors")).order(ByteOrder.LITTLE_ENDIAN);
    byte[] text = new byte[Math.toIntExact(file.getLong())];
    file.get(text);
    JsonObject header =
        JsonParser.parseString(new String(text, StandardCharsets.UTF_8)).getAsJsonObject();
    int start = file.position();
    for (String name : header.keySet()) {
      if (name.equals("__metadata__")) {
        continue;
      }
      JsonObject entry = header.getAsJsonObject(name);
      JsonArray shape = entry.getAsJsonArray("shape");
      int rows = shape.get(0).getAsInt();
      int columns = shape.get(1).getAsInt();
      double[] values = new double[rows * columns];
      file.position(start + entry.getAsJsonArray("data_offsets").get(0).getAsInt());
      file.asDoubleBuffer().get(values);
      matrices.put(name, new Matrix(rows, columns, values));
    }
  }

  private static byte[] bytes(String name) {
    try (InputStream in = RsaReference.class.getResourceAsStream("/reference/" + name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<String> names() {
    return List.copyOf(cases.keySet());
  }

  double value(String name, Distance distance) {
    return cases
        .getAsJsonObject(name)
        .getAsJsonObject("values")
        .get(distance.name().toLowerCase(java.util.Locale.ROOT))
        .getAsDouble();
  }

  Matrix matrix(String name) {
    return matrices.get(name);
  }

  Matrix gradient(String name, Distance distance, String side) {
    return matrices.get(
        name + "." + distance.name().toLowerCase(java.util.Locale.ROOT) + ".grad_" + side);
  }
}
