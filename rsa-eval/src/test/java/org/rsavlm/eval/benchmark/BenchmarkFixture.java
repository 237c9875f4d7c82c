package org.rsavlm.eval.benchmark;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.rsavlm.models.table.ImageDirectory;
import org.rsavlm.models.table.Row;

/** Generated rows of a benchmark with what lmms-eval makes of them. */
record BenchmarkFixture(List<Row> rows, JsonNode json) {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_LONG_FOR_INTS).build();

  static BenchmarkFixture of(String benchmark) {
    String file = "/benchmark/" + benchmark + ".json.gz";
    try (InputStream packed = BenchmarkFixture.class.getResourceAsStream(file);
        InputStream in = new GZIPInputStream(packed)) {
      JsonNode json = JSON.readTree(in);
      List<Row> rows = new ArrayList<>();
      for (JsonNode row : json.get("rows")) {
        Map<String, Object> values = JSON.convertValue(row, new TypeReference<>() {});
        rows.add(new Row("row " + rows.size(), new ImageDirectory(Path.of("nowhere")), values));
      }
      return new BenchmarkFixture(rows, json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
