package org.rsavlm.models.hub;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rsavlm.core.UserException;

final class StoredWeightsTest {

  private static final int BYTES = 3_000_000; // several pieces of the comparison

  @TempDir private Path dir;

  /** A head that was trained apart may differ from the embedding in its last rows alone. */
  @Test
  void tiedTensorsAreComparedToTheirLastByte() throws IOException {
    String header =
        """
        {"embedding":{"dtype":"U8","shape":[%d],"data_offsets":[0,%d]},\
        "head":{"dtype":"U8","shape":[%d],"data_offsets":[%d,%d]}}"""
            .formatted(BYTES, BYTES, BYTES, BYTES, 2 * BYTES);
    Path file = Fixtures.file(dir.resolve("tied.safetensors"), header, 2 * BYTES);
    try (SafetensorsReader reader = SafetensorsReader.open(file)) {
      StoredWeights weights = new StoredWeights(reader, name -> name);
      assertThatCode(() -> weights.requireTied("embedding", "head")).doesNotThrowAnyException();
    }
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] = 1;
    Files.write(file, bytes);
    try (SafetensorsReader reader = SafetensorsReader.open(file)) {
      StoredWeights weights = new StoredWeights(reader, name -> name);
      assertThatThrownBy(() -> weights.requireTied("embedding", "head"))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("head differs from embedding");
    }
  }
}
