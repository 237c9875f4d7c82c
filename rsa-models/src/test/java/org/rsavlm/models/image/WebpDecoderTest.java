package org.rsavlm.models.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rsavlm.core.UserException;

/** What libwebp and the walk through the container make of damaged and unusual files. */
class WebpDecoderTest {

  private static final String TEMPORARY_DIRECTORY = "com.luciad.imageio.webp.tmpdir";

  /** A chunk: its type and content. */
  record Chunk(String type, byte[] content) {

    Chunk cut(double share) {
      return new Chunk(type, Arrays.copyOf(content, (int) (content.length * share)));
    }
  }

  private static List<Chunk> chunks(byte[] bytes, int start) {
    List<Chunk> chunks = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).position(start);
    while (in.remaining() >= 8) {
      byte[] type = new byte[4];
      in.get(type);
      byte[] content = new byte[in.getInt()];
      in.get(content);
      in.position(Math.min(in.limit(), in.position() + (content.length & 1)));
      chunks.add(new Chunk(new String(type, ISO_8859_1), content));
    }
    return chunks;
  }

  private static List<Chunk> chunksOf(String fixture) {
    return chunks(Fixtures.bytes("files/" + fixture), 12);
  }

  private static byte[] joined(byte[] before, List<Chunk> chunks) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(before);
    for (Chunk chunk : chunks) {
      out.writeBytes(chunk.type().getBytes(ISO_8859_1));
      out.writeBytes(number(chunk.content().length, 4));
      out.writeBytes(chunk.content());
      out.writeBytes(new byte[chunk.content().length & 1]);
    }
    return out.toByteArray();
  }

  /** A whole file, with the length that it has. */
  private static byte[] file(List<Chunk> chunks) {
    byte[] file = joined("RIFF----WEBP".getBytes(ISO_8859_1), chunks);
    System.arraycopy(number(file.length - 8, 4), 0, file, 4, 4);
    return file;
  }

  private static byte[] file(Chunk... chunks) {
    return file(List.of(chunks));
  }

  private static byte[] number(int value, int bytes) {
    byte[] number = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      number[i] = (byte) (value >> 8 * i);
    }
    return number;
  }

  private static Chunk canvas(int flags, int width, int height) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(number(flags, 4));
    out.writeBytes(number(width - 1, 3));
    out.writeBytes(number(height - 1, 3));
    return new Chunk("VP8X", out.toByteArray());
  }

  private static Chunk frameAt(int left, int top, int width, int height, Chunk... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int field : new int[] {left / 2, top / 2, width - 1, height - 1, 100}) {
      out.writeBytes(number(field, 3));
    }
    out.write(0);
    return new Chunk("ANMF", joined(out.toByteArray(), List.of(parts)));
  }

  private static RgbImage read(byte[] file) {
    return ImageReader.read(file, "x.webp");
  }

  private static void assertBroken(byte[] file, String what) {
    assertThatThrownBy(() -> read(file))
        .as(what)
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("x.webp: broken WebP image: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "lossy.webp",
        "coarse.webp",
        "lossless.webp",
        "lossless-alpha.webp",
        "lossy-alpha.webp",
        "animated.webp"
      })
  void framesThatEndTooEarlyInAWholeContainerAreRefused(String fixture) {
    List<Chunk> whole = chunksOf(fixture);
    assertThat(read(file(whole))).isEqualTo(read(Fixtures.bytes("files/" + fixture)));
    for (int percent = 5; percent <= 90; percent += 5) {
      double share = percent / 100.0;
      for (int i = 0; i < whole.size(); i++) {
        Chunk chunk = whole.get(i);
        List<Chunk> part = new ArrayList<>(whole);
        switch (chunk.type()) {
          case "VP8 ", "VP8L", "ALPH" -> part.set(i, chunk.cut(share));
          case "ANMF" -> {
            List<Chunk> inner = chunks(chunk.content(), 16);
            inner.set(0, inner.get(0).cut(share));
            part.set(i, new Chunk("ANMF", joined(Arrays.copyOf(chunk.content(), 16), inner)));
          }
          default -> {
            continue;
          }
        }
        assertBroken(file(part), "%s to %d %%".formatted(chunk.type(), percent));
        if (chunk.type().equals("ANMF")) {
          break; // of an animation the first frame is read
        }
      }
    }
  }

  @Test
  void fewBytesForManyPixelsAreRefusedAtOnce() {
    byte[] frame = chunksOf("lossless.webp").get(0).content();
    System.arraycopy(number(8222 | 896 << 14, 4), 0, frame, 1, 4);
    byte[] large = file(new Chunk("VP8L", frame));
    assertThat(large.length).isLessThan(4000);
    assertTimeout(Duration.ofSeconds(5), () -> assertBroken(large, "8223 x 897 pixels"));
  }

  @Test
  void damageIsRefusedOrReadButNeverEndsTheProcess() {
    Random random = new Random(9);
    for (String fixture : List.of("lossless-alpha.webp", "coarse.webp", "tiny.webp")) {
      for (int trial = 0; trial < 400; trial++) {
        byte[] damaged = Fixtures.bytes("files/" + fixture);
        for (int i = random.nextInt(8); i >= 0; i--) {
          damaged[12 + random.nextInt(damaged.length - 12)] ^= (byte) (1 << random.nextInt(8));
        }
        try {
          ImageReader.read(damaged, "x.webp", Alpha.WHITE);
        } catch (UserException e) {
          assertThat(e).hasMessageStartingWith("x.webp: broken WebP image: ");
        }
      }
    }
  }

  @Test
  void framesWithinFramesDontExhaustTheStack() {
    byte[] nested = new byte[12 + 24 * 100_000];
    ByteBuffer out = ByteBuffer.wrap(nested).order(ByteOrder.LITTLE_ENDIAN);
    out.put("RIFF".getBytes(ISO_8859_1)).putInt(nested.length - 8);
    out.put("WEBP".getBytes(ISO_8859_1));
    while (out.remaining() > 0) {
      out.put("ANMF".getBytes(ISO_8859_1))
          .putInt(out.remaining() - 4)
          .position(out.position() + 16);
    }
    assertBroken(nested, "nested");
  }

  @Test
  void theFirstFrameOfAnAnimationLiesOnItsCanvas() {
    Chunk frame = chunksOf("lossless.webp").get(0);
    RgbImage alone = read(file(frame));
    int width = alone.width();
    int height = alone.height();
    byte[] animation = file(canvas(2, 50, 45), frameAt(6, 10, width, height, frame));
    for (Alpha alpha : Alpha.values()) {
      int outside = alpha == Alpha.DROP ? 0 : 255;
      RgbImage expected = RgbImage.filled(50, 45, outside, outside, outside);
      expected.paste(alone, 6, 10);
      assertThat(ImageReader.read(animation, "x.webp", alpha)).isEqualTo(expected);
    }
    assertBroken(file(canvas(2, 43, 45), frameAt(6, 10, width, height, frame)), "too far right");
    assertBroken(file(canvas(2, 50, 38), frameAt(6, 10, width, height, frame)), "too low");
  }

  @Test
  void stillFramesFillTheirCanvas() {
    Chunk frame = chunksOf("lossy.webp").get(0);
    assertThat(read(file(canvas(0, 101, 58), frame))).isEqualTo(read(file(frame)));
    assertThatThrownBy(() -> read(file(canvas(0, 102, 58), frame)))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("frame of 101 x 58 at (0, 0) on a canvas of 102 x 58");
  }

  @Test
  void sizesAreCheckedBeforeAnythingIsDecoded() {
    Chunk frame = chunksOf("lossless.webp").get(0);
    byte[] content = frame.content().clone();
    System.arraycopy(number(0x3fff | 0x3fff << 14, 4), 0, content, 1, 4);
    for (byte[] bomb :
        List.of(file(new Chunk("VP8L", content)), file(canvas(0, 16384, 16384), frame))) {
      assertThatThrownBy(() -> read(bomb))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("16384 x 16384 pixels; at most 89478485 are allowed");
    }
  }

  @Test
  void manyThreadsReadTheSamePixels() {
    byte[] file = Fixtures.bytes("files/lossy-alpha.webp");
    RgbImage expected = read(file);
    assertThat(IntStream.range(0, 400).parallel().mapToObj(i -> read(file)))
        .allMatch(expected::equals);
  }

  /** In a process of its own, where the library has no directory to be unpacked to. */
  @Test
  void withoutTheNativeLibraryEverythingButWebpIsRead(@TempDir Path directory)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-D" + TEMPORARY_DIRECTORY + "=" + directory.resolve("missing"),
                "-cp",
                System.getProperty("java.class.path"),
                WebpDecoderTest.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    List<String> said =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .toList();
    assertThat(process.waitFor()).isZero();
    assertThat(said).hasSize(3);
    assertThat(said.get(0))
        .startsWith("lossy.webp: WebP is not read on this machine: libwebp cannot be loaded: ")
        .endsWith("(convert it to PNG or JPEG)");
    assertThat(said.get(1)).isEqualTo(said.get(0));
    assertThat(said.get(2)).isEqualTo("RgbImage[61 x 40]");
  }

  /** Prints what reading gives. */
  public static void main(String[] args) {
    for (String name : List.of("lossy.webp", "lossy.webp", "rgb.png")) {
      try {
        System.out.println(ImageReader.read(Fixtures.bytes("files/" + name), name));
      } catch (UserException e) {
        System.out.println(e.getMessage());
      }
    }
  }
}
