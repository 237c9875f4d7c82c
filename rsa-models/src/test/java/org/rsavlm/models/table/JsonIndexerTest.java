package org.rsavlm.models.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rsavlm.core.UserException;

class JsonIndexerTest {

  @TempDir private Path dir;

  private List<String> samples(String text) throws IOException {
    Path file = Files.writeString(dir.resolve("data.json"), text);
    JsonIndex index = JsonIndexer.index(file);
    byte[] bytes = Files.readAllBytes(file);
    List<String> samples = new ArrayList<>();
    for (int i = 0; i < index.size(); i++) {
      int start = (int) index.offset(i);
      samples.add(
          index.line(i)
              + " "
              + new String(bytes, start, index.length(i), StandardCharsets.UTF_8).strip());
    }
    return samples;
  }

  @Test
  void findsLinesAmongBlankOnes() throws IOException {
    assertThat(samples("\n{\"a\":1}\r\n\n  {\"b\": [2,\"é\"]} \n{\"c\":3}"))
        .containsExactly("2 {\"a\":1}", "4 {\"b\": [2,\"é\"]}", "5 {\"c\":3}");
  }

  @Test
  void findsTheElementsOfAnArray() throws IOException {
    assertThat(samples("\uFEFF\n[ {\"a\": \"],{\\\"[\"},\n {\"b\":\n [1, {\"x\": []}]}\n,5 ]\n"))
        .containsExactly("2 {\"a\": \"],{\\\"[\"}", "3 {\"b\":\n [1, {\"x\": []}]}", "5 5");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[{\"a\":1},{\"b\":|data.json:1: the JSON array has no end",
        "[{\"a\":\"1},{\"b\":2}]|data.json:1: the JSON array has no end",
        "[{\"a\":1},]|a comma without a sample",
        "[{\"a\":1},,{\"a\":1}]|a comma without a sample",
        "[{\"a\":1}] x|more text after the end",
        "[]|holds no samples",
        "` \n `|holds no samples",
      })
  void aDamagedArrayIsAnError(String text, String message) {
    assertThatThrownBy(() -> samples(text))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aMissingFileIsAnError() {
    assertThatThrownBy(() -> JsonIndexer.index(dir.resolve("none.json")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("none.json: no such file");
  }

  @Test
  void aLargeFileIsIndexedInLittleMemory() throws IOException {
    int count = 200_000;
    String filler = "x".repeat(500);
    for (boolean array : new boolean[] {false, true}) {
      Path file = dir.resolve(array ? "large.json" : "large.jsonl");
      try (BufferedWriter out = Files.newBufferedWriter(file)) {
        for (int i = 0; i < count; i++) {
          out.write(array ? (i == 0 ? "[" : ",\n") : "");
          out.write("{\"id\": \"" + i + "\", \"text\": \"" + filler + "\"}");
          out.write(array ? "" : "\n");
        }
        out.write(array ? "]" : "");
      }
      assertThat(Files.size(file)).isGreaterThan(100_000_000);
      long before = usedHeap();
      JsonIndex index = JsonIndexer.index(file);
      long grown = usedHeap() - before;
      assertThat(index.size()).isEqualTo(count);
      assertThat(index.line(count - 1)).isEqualTo(count);
      assertThat(grown).as("heap held by the index").isLessThan(8_000_000);
      Files.delete(file);
    }
  }

  private static long usedHeap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
