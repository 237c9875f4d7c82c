package org.rsavlm.train.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorBoardLogTest {

  private static final Clock CLOCK =
      Clock.fixed(Instant.ofEpochSecond(1_700_000_000L), ZoneOffset.UTC);

  private static StepMetrics metrics(long step, String stage, double lossRsa) {
    return new StepMetrics(
        step,
        stage,
        1.5,
        lossRsa,
        1.75,
        Map.of("vision", 0.25),
        3,
        4,
        5,
        6,
        0.5,
        0.125,
        7,
        Map.of());
  }

  private static byte[] only(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> found = files.toList();
      assertThat(found).hasSize(1);
      assertThat(found.get(0).getFileName().toString())
          .startsWith("events.out.tfevents.1700000000.");
      return Files.readAllBytes(found.get(0));
    }
  }

  /** The first record, byte for byte as TensorFlow's own writer makes it at this time. */
  @Test
  void beginsWithTheVersionRecord(@TempDir Path directory) throws IOException {
    TensorBoardLog.in(directory, 0, CLOCK).close();
    byte[] bytes = only(directory);
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long length = buffer.getLong();
    assertThat(bytes).hasSize((int) length + 16);
    byte[] data = new byte[(int) length];
    buffer.position(12).get(data);
    assertThat(HexFormat.of().formatHex(data))
        .isEqualTo(
            "09"
                + "00000040fc54d941" // wall_time, a double
                + "1000" // step 0
                + "1a0d"
                + HexFormat.of().formatHex("brain.Event:2".getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void checksumsAreMaskedCastagnoli(@TempDir Path directory) throws IOException {
    // RFC 3720, B.4: CRC-32C of 32 zero bytes is 8a9136aa; TensorFlow rotates by 15 and adds a
    // constant. The length field of a record is checked the same way.
    TensorBoardLog.in(directory, 0, CLOCK).close();
    ByteBuffer buffer = ByteBuffer.wrap(only(directory)).order(ByteOrder.LITTLE_ENDIAN);
    java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
    crc.update(buffer.array(), 0, 8);
    int plain = (int) crc.getValue();
    assertThat(buffer.getInt(8)).isEqualTo(((plain >>> 15) | (plain << 17)) + 0xa282ead8);
  }

  @Test
  void stepsGoOnThroughTheStagesAndMissingValuesAreLeftOut(@TempDir Path directory)
      throws IOException {
    try (TensorBoardLog log = TensorBoardLog.in(directory, 0, CLOCK)) {
      log.onStageStart("1", 1, 2);
      log.onStep(metrics(1, "1", 0.5));
      log.onStep(metrics(2, "1", 0.5));
      log.onStageStart("2", 1, 2);
      log.onStep(metrics(1, "2", Double.NaN));
      log.onProbe(new ProbeMetrics("2", 2, Map.of("mutual_knn", 0.25), List.of(), null));
    }
    String text = new String(only(directory), StandardCharsets.ISO_8859_1);
    assertThat(text.split("loss/lm", -1)).hasSize(4);
    assertThat(text.split("loss/rsa", -1)).hasSize(3);
    assertThat(text)
        .contains(
            "loss/lm\u0015\0\0\u00c0\u003f", // 1.5, little-endian
            "loss/rsa\u0015\0\0\0\u003f",
            "loss/total\u0015\0\0\u00e0\u003f",
            "lr/vision",
            "probe/mutual_knn",
            "\u0010\u0004*",
            "train/data_seconds\u0015\0\0\0\u003e",
            "\u0010\u0001*",
            "\u0010\u0002*",
            "\u0010\u0003*");
  }
}
