package org.rsavlm.eval.report;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.rsavlm.models.image.RgbImage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts a picture into a page as a data URI; a large one is made smaller first. */
final class InlinePicture {
  private static final Logger LOG = LoggerFactory.getLogger(InlinePicture.class);

  /** Files up to this size go in unchanged. */
  private static final int SMALL_BYTES = 200_000;

  /** Pictures up to this number of pixels stay exact. */
  private static final long FEW_PIXELS = 128 * 128;

  /** Longest side of a picture that was made smaller. */
  private static final int LONGEST_SIDE = 480;

  private InlinePicture() {}

  /**
   * Returns the data URI, or empty with a warning if the file is no picture: a report is worth more
   * than one of its pictures.
   */
  static Optional<String> of(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      String type = mediaType(bytes);
      if (type.isEmpty() || bytes.length > SMALL_BYTES) {
        bytes = smaller(bytes);
        type = mediaType(bytes);
      }
      return Optional.of("data:" + type + ";base64," + Base64.getEncoder().encodeToString(bytes));
    } catch (IOException e) {
      LOG.warn("picture {} left out of the report: {}", file, e.toString());
      return Optional.empty();
    }
  }

  /** Returns the data URI of decoded pixels, made smaller where they are many. */
  static String of(RgbImage picture) {
    BufferedImage image =
        new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < picture.height(); y++) {
      for (int x = 0; x < picture.width(); x++) {
        int rgb = picture.sample(x, y, 0) << 16 | picture.sample(x, y, 1) << 8;
        image.setRGB(x, y, rgb | picture.sample(x, y, 2));
      }
    }
    try {
      // Few pixels are drawn or tiny pictures, which JPEG would blur.
      boolean few = (long) picture.width() * picture.height() <= FEW_PIXELS;
      ByteArrayOutputStream stream = new ByteArrayOutputStream();
      if (few) {
        ImageIO.write(image, "png", stream);
      }
      byte[] bytes = few ? stream.toByteArray() : smaller(image);
      return "data:" + mediaType(bytes) + ";base64," + Base64.getEncoder().encodeToString(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // into memory
    }
  }

  private static byte[] smaller(byte[] bytes) throws IOException {
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(bytes));
    if (image == null) {
      throw new IOException("unknown picture format");
    }
    return smaller(image);
  }

  private static byte[] smaller(BufferedImage image) throws IOException {
    double scale =
        Math.min(1, (double) LONGEST_SIDE / Math.max(image.getWidth(), image.getHeight()));
    int width = Math.max(1, (int) Math.round(image.getWidth() * scale));
    int height = Math.max(1, (int) Math.round(image.getHeight() * scale));
    boolean alpha = image.getColorModel().hasAlpha();
    BufferedImage out =
        new BufferedImage(
            width, height, alpha ? BufferedImage.TYPE_INT_ARGB : BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = out.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    graphics.drawImage(image, 0, 0, width, height, null);
    graphics.dispose();
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    ImageIO.write(out, alpha ? "png" : "jpg", stream);
    return stream.toByteArray();
  }

  /** The type by the first bytes, of those that every browser shows; empty for another. */
  private static String mediaType(byte[] bytes) {
    String head = new String(bytes, 0, Math.min(12, bytes.length), StandardCharsets.ISO_8859_1);
    if (head.startsWith("\u0089PNG")) {
      return "image/png";
    }
    if (head.startsWith("\u00ff\u00d8\u00ff")) {
      return "image/jpeg";
    }
    if (head.startsWith("GIF8")) {
      return "image/gif";
    }
    return head.startsWith("RIFF") && head.endsWith("WEBP") ? "image/webp" : "";
  }
}
