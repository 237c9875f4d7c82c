package org.rsavlm.models.image;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * WebP. The container is read here and lossy frames by {@link Vp8Decoder} (ImageIO's plug-in is off
 * by several levels on them); the plug-in decodes lossless ones.
 */
final class WebpDecoder {

  private final byte[] bytes;
  private final Alpha alpha;
  private int width;
  private int height;
  private int left;
  private int top;
  private byte @Nullable [] alphaChunk;

  private WebpDecoder(byte[] bytes, Alpha alpha) {
    this.bytes = bytes;
    this.alpha = alpha;
  }

  static RgbImage decode(byte[] bytes, Alpha alpha) throws IOException {
    return new WebpDecoder(bytes, alpha).chunks(12, bytes.length);
  }

  /** Walks chunks to the first frame, and into it where it belongs to an animation. */
  private RgbImage chunks(int start, int end) throws IOException {
    int at = start;
    while (end - at >= 8) {
      String type = new String(bytes, at, 4, StandardCharsets.ISO_8859_1);
      long size = number(at + 4, 4);
      int content = at + 8;
      if (size > end - content) {
        throw new EOFException("truncated in chunk " + type.strip());
      }
      int next = content + (int) size;
      switch (type) {
        case "VP8 " -> {
          return place(lossy(content, next));
        }
        case "VP8L" -> {
          return place(WebpLossless.decode(bytes, content, next, alpha));
        }
        case "VP8X" -> {
          require(size, 10);
          width = (int) number(content + 4, 3) + 1;
          height = (int) number(content + 7, 3) + 1;
          ImageFormat.checkSize(width, height);
        }
        case "ANMF" -> {
          require(size, 16);
          left = 2 * (int) number(content, 3);
          top = 2 * (int) number(content + 3, 3);
          return chunks(content + 16, next);
        }
        case "ALPH" -> alphaChunk = Arrays.copyOfRange(bytes, content, next);
        default -> {}
      }
      at = next + (int) (size & 1);
    }
    throw new EOFException("no frame");
  }

  private static void require(long size, int least) throws IOException {
    if (size < least) {
      throw new IOException("a chunk of " + size + " bytes, which needs " + least);
    }
  }

  private long number(int at, int count) {
    return Vp8Header.little(bytes, at, count) & 0xffffffffL;
  }

  /** Puts a frame on the canvas of its file; what it leaves free is transparent black. */
  private RgbImage place(RgbImage frame) throws IOException {
    if (width == 0 || width == frame.width() && height == frame.height()) {
      return frame;
    }
    if (frame.width() > width - left || frame.height() > height - top) {
      throw new IOException(
          "frame of %d x %d at (%d, %d) on a canvas of %d x %d"
              .formatted(frame.width(), frame.height(), left, top, width, height));
    }
    int outside = alpha.apply(0, 0);
    RgbImage canvas = RgbImage.filled(width, height, outside, outside, outside);
    canvas.paste(frame, left, top);
    return canvas;
  }

  private RgbImage lossy(int start, int end) throws IOException {
    RgbImage image = Vp8Decoder.decode(bytes, start, end);
    if (alphaChunk == null || alpha == Alpha.DROP) {
      return image;
    }
    byte[] opacity = WebpAlpha.decode(alphaChunk, image.width(), image.height());
    byte[] rgb = image.rgb();
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) alpha.apply(rgb[i] & 0xff, opacity[i / 3] & 0xff);
    }
    return image;
  }
}
