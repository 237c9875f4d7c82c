package org.rsavlm.models.table.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.CodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.Test;

class SnappyTableTest {

  private static byte[] compress(byte[] plain) throws IOException {
    CodecFactory factory = new CodecFactory(new PlainParquetConfiguration(), 1 << 16);
    try {
      return factory
          .getCompressor(CompressionCodecName.SNAPPY)
          .compress(BytesInput.from(plain))
          .toByteArray();
    } finally {
      factory.release();
    }
  }

  /** Noise with runs and repetitions of earlier parts, near and far. */
  private static byte[] plain(Random random, int size) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    while (out.size() < size) {
      byte[] noise = new byte[1 + random.nextInt(5000)];
      random.nextBytes(noise);
      byte[] before = out.toByteArray();
      switch (random.nextInt(4)) {
        case 0 -> Arrays.fill(noise, (byte) random.nextInt());
        case 1 -> {
          if (before.length > 0) {
            int from = random.nextInt(before.length);
            noise = Arrays.copyOfRange(before, from, Math.min(before.length, from + noise.length));
          }
        }
        default -> {
          // stays noise
        }
      }
      out.writeBytes(noise);
    }
    return out.toByteArray();
  }

  @Test
  void anyPartIsWhatDecompressingGives() throws IOException {
    Random random = new Random(2);
    for (int size : new int[] {1, 60, 61, 300, 70_000, 200_000}) {
      byte[] plain = plain(random, size);
      byte[] block = compress(plain);
      byte[] stored = new byte[7 + block.length]; // levels come first in pages of version 2
      System.arraycopy(block, 0, stored, 7, block.length);
      SnappyTable table = SnappyTable.of(stored, 7, 100_000);
      assertThat(table).isNotNull();
      assertThat(table.plain()).isEqualTo(plain.length);
      for (int i = 0; i < 200; i++) {
        int from = random.nextInt(plain.length);
        byte[] part = new byte[random.nextInt(plain.length - from + 1)];
        table.read(
            (position, target, offset, length) ->
                System.arraycopy(block, position, target, offset, length),
            from,
            part);
        assertThat(part).isEqualTo(Arrays.copyOfRange(plain, from, from + part.length));
      }
    }
  }

  @Test
  void noiseIsAFewLiteralsAndTextTooManyElements() throws IOException {
    byte[] noise = new byte[1 << 20];
    new Random(1).nextBytes(noise);
    SnappyTable table = SnappyTable.of(compress(noise), 0, 64);
    assertThat(table).isNotNull();
    assertThat(table.bytes()).isLessThan(600);
    byte[] text =
        "a circle left of a star ".repeat(4000).getBytes(java.nio.charset.StandardCharsets.UTF_8);
    assertThat(SnappyTable.of(compress(text), 0, 64)).isNull();
  }

  @Test
  void damageIsNamed() throws IOException {
    byte[] block = compress(plain(new Random(3), 20_000));
    Random random = new Random(4);
    for (int i = 0; i < 2000; i++) {
      byte[] damaged = Arrays.copyOf(block, block.length - random.nextInt(3));
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      try {
        SnappyTable.of(damaged, 0, 100_000);
      } catch (IOException e) {
        assertThat(e).hasMessage("no Snappy block");
      }
    }
    assertThatThrownBy(() -> SnappyTable.of(new byte[] {10, 1, 5}, 0, 10))
        .isInstanceOf(IOException.class);
  }
}
