package org.rsavlm.models.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rsavlm.core.UserException;

class ImageReaderTest {

  @TempDir Path directory;

  static BufferedImage noise(int width, int height, int seed) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(seed);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, random.nextInt() & 0xffffff);
      }
    }
    return image;
  }

  static byte[] encode(BufferedImage image, String format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(ImageIO.write(image, format, out)).isTrue();
    return out.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp"})
  void losslessFilesGiveTheirPixels(String format) throws IOException {
    BufferedImage image = noise(31, 17, 1);
    Path file = directory.resolve("image.of-any-name");
    Files.write(file, encode(image, format));
    RgbImage read = ImageReader.read(file);
    assertThat(read.width()).isEqualTo(31);
    assertThat(read.height()).isEqualTo(17);
    for (int y = 0; y < 17; y++) {
      for (int x = 0; x < 31; x++) {
        int rgb = read.sample(x, y, 0) << 16 | read.sample(x, y, 1) << 8 | read.sample(x, y, 2);
        assertThat(rgb).isEqualTo(image.getRGB(x, y) & 0xffffff);
      }
    }
  }

  @Test
  void missingFilesAndDirectoriesAreNamed() {
    Path missing = directory.resolve("nothing.png");
    assertThatThrownBy(() -> ImageReader.read(missing))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(missing.toString())
        .hasMessageContaining("no such image file");
    assertThatThrownBy(() -> ImageReader.read(directory))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("not a file");
  }

  @Test
  void emptyAndForeignFilesAreRefused() throws IOException {
    Path empty = Files.createFile(directory.resolve("empty.jpg"));
    assertThatThrownBy(() -> ImageReader.read(empty))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("empty.jpg: the file is empty");
    byte[] text = "<html>404 not found</html>".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    assertThatThrownBy(() -> ImageReader.read(text, "page.jpg"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("page.jpg: not a PNG, JPEG, WebP, GIF or BMP image");
  }

  /** Whole files, as our encoders or the fixtures give them. */
  static byte[] whole(String format) throws IOException {
    return format.endsWith("webp")
        ? Fixtures.bytes("files/" + format)
        : encode(noise(40, 30, 2), format);
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpeg", "gif", "bmp", "lossy.webp", "lossless.webp"})
  void everyTruncationIsAUserException(String format) throws IOException {
    byte[] whole = whole(format);
    for (int length = 1; length < whole.length * 9 / 10; length += 1 + length / 20) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> ImageReader.read(part, "part"))
          .as("%s cut to %d of %d bytes", format, length, whole.length)
          .isInstanceOf(UserException.class)
          .hasMessageStartingWith("part: ");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "png",
        "jpeg",
        "gif",
        "bmp",
        "lossy.webp",
        "lossless.webp",
        "lossy-alpha.webp",
        "animated.webp"
      })
  void damagedFilesNeverEndInAnythingElse(String format) throws IOException {
    byte[] whole = whole(format);
    Random random = new Random(4);
    for (int trial = 0; trial < 400; trial++) {
      byte[] damaged = whole.clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        int limit = trial % 2 == 0 ? damaged.length : Math.min(damaged.length, 64);
        damaged[random.nextInt(limit)] = (byte) random.nextInt();
      }
      try {
        ImageReader.read(damaged, "damaged", Alpha.WHITE);
      } catch (UserException e) {
        assertThat(e).hasMessageStartingWith("damaged: ");
      }
    }
  }

  @Test
  void sizesAreCheckedBeforeAnythingIsAllocated() throws IOException {
    assertThatThrownBy(() -> ImageReader.read(pngOfSize(60_000, 50_000), "bomb.png"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("bomb.png")
        .hasMessageContaining("60000 x 50000 pixels; at most 89478485 are allowed");
    assertThatThrownBy(() -> ImageReader.read(pngOfSize(-1, -1), "bomb.png"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("4294967295 x 4294967295 pixels");
    assertThatThrownBy(() -> ImageReader.read(pngOfSize(0, 5), "flat.png"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("flat.png: broken PNG image: 0 x 5 pixels");
  }

  private static byte[] pngOfSize(int width, int height) throws IOException {
    byte[] png = encode(noise(4, 4, 5), "png");
    ByteBuffer.wrap(png).putInt(16, width).putInt(20, height);
    CRC32 crc = new CRC32();
    crc.update(png, 12, 17);
    ByteBuffer.wrap(png).putInt(29, (int) crc.getValue());
    return png;
  }

  /** Of a PNG with one transparent colour, colours that share two of its samples stay. */
  @Test
  void aTransparentColourIsComparedInAllItsSamples() throws IOException {
    int[] colours = {0x0a141e, 0x0a141f, 0x0a151e, 0x0b141e};
    BufferedImage image = new BufferedImage(4, 1, BufferedImage.TYPE_INT_RGB);
    for (int x = 0; x < 4; x++) {
      image.setRGB(x, 0, colours[x]);
    }
    byte[] chunk = {'t', 'R', 'N', 'S', 0, 0x0a, 0, 0x14, 0, 0x1e};
    CRC32 crc = new CRC32();
    crc.update(chunk);
    byte[] png = encode(image, "png");
    int head = 33; // the signature and IHDR
    byte[] keyed =
        ByteBuffer.allocate(png.length + 18)
            .put(png, 0, head)
            .putInt(6)
            .put(chunk)
            .putInt((int) crc.getValue())
            .put(png, head, png.length - head)
            .array();
    assertThat(ImageReader.read(keyed, "keyed.png", Alpha.WHITE).rgb())
        .containsExactly(255, 255, 255, 10, 20, 31, 10, 21, 30, 11, 20, 30);
    assertThat(ImageReader.read(keyed, "keyed.png", Alpha.DROP).rgb())
        .startsWith(10, 20, 30, 10, 20, 31);
  }

  @Test
  void pngChecksumsAreChecked() throws IOException {
    byte[] png = encode(noise(20, 20, 6), "png");
    png[60] ^= 1;
    assertThatThrownBy(() -> ImageReader.read(png, "flipped.png"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("checksum mismatch in chunk IDAT");
  }
}
