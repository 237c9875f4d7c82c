package org.rsavlm.models.image;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The first frame of a WebP, placed on the canvas of its file. The container is walked and checked
 * here; {@link LibWebp} decodes the one frame.
 */
final class WebpDecoder {

  private static final int NO_CHUNK = -1;

  private final byte[] bytes;

  private int canvasWidth;
  private int canvasHeight;

  private boolean animated;
  private int left;
  private int top;

  private int alphaStart = NO_CHUNK;
  private int alphaEnd = NO_CHUNK;

  private WebpDecoder(byte[] bytes) {
    this.bytes = bytes;
  }

  static RgbImage decode(byte[] bytes, Alpha alpha) throws IOException {
    WebpDecoder decoder = new WebpDecoder(bytes);
    WebpFrame frame = decoder.firstFrame();
    decoder.checkPlace(frame);
    return decoder.place(rgb(LibWebp.decode(decoder.stillFile(frame)), frame, alpha), alpha);
  }

  /** Walks chunks to the first frame, and into it where it belongs to an animation. */
  private WebpFrame firstFrame() throws IOException {
    int at = 12;
    int end = bytes.length;
    while (end - at >= 8) {
      String type = new String(bytes, at, 4, StandardCharsets.ISO_8859_1);
      long size = WebpFrame.number(bytes, at + 4, 4);
      int content = at + 8;
      if (size > end - content) {
        throw new EOFException("truncated in chunk " + type.strip());
      }
      int next = content + (int) size;
      at = next + (int) (size & 1);
      switch (type) {
        case "VP8 " -> {
          return WebpFrame.lossy(bytes, content, next);
        }
        case "VP8L" -> {
          return WebpFrame.lossless(bytes, content, next);
        }
        case "VP8X" -> {
          require(size, 10);
          canvasWidth = (int) WebpFrame.number(bytes, content + 4, 3) + 1;
          canvasHeight = (int) WebpFrame.number(bytes, content + 7, 3) + 1;
          PixelLimit.check(canvasWidth, canvasHeight);
        }
        case "ANMF" -> {
          require(size, 16);
          animated = true;
          left = 2 * (int) WebpFrame.number(bytes, content, 3);
          top = 2 * (int) WebpFrame.number(bytes, content + 3, 3);
          at = content + 16;
          end = next;
        }
        case "ALPH" -> {
          alphaStart = content;
          alphaEnd = next;
        }
        default -> {}
      }
    }
    throw new EOFException("no frame");
  }

  private static void require(long size, int least) throws IOException {
    if (size < least) {
      throw new IOException("a chunk of " + size + " bytes, which needs " + least);
    }
  }

  /** A frame of an animation lies on the canvas; any other one fills it. */
  private void checkPlace(WebpFrame frame) throws IOException {
    if (canvasWidth == 0) {
      return;
    }
    int right = left + frame.width();
    int bottom = top + frame.height();
    boolean fits =
        animated
            ? right <= canvasWidth && bottom <= canvasHeight
            : right == canvasWidth && bottom == canvasHeight;
    if (!fits) {
      throw new IOException(
          "frame of %d x %d at (%d, %d) on a canvas of %d x %d"
              .formatted(frame.width(), frame.height(), left, top, canvasWidth, canvasHeight));
    }
  }

  private byte[] stillFile(WebpFrame frame) {
    return alphaStart == NO_CHUNK || frame.lossless()
        ? frame.file(bytes)
        : frame.fileWithAlpha(bytes, alphaStart, alphaEnd);
  }

  private static RgbImage rgb(BufferedImage image, WebpFrame frame, Alpha alpha)
      throws IOException {
    if (image.getWidth() != frame.width() || image.getHeight() != frame.height()) {
      throw new IOException(
          "%d x %d pixels decoded, %d x %d declared"
              .formatted(image.getWidth(), image.getHeight(), frame.width(), frame.height()));
    }
    int[] pixels = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
    boolean opaque = !image.getColorModel().hasAlpha();
    byte[] rgb = new byte[Math.multiplyExact(3, pixels.length)];
    int to = 0;
    for (int argb : pixels) {
      int opacity = opaque ? 255 : argb >>> 24;
      rgb[to] = (byte) alpha.apply(argb >> 16 & 0xff, opacity);
      rgb[to + 1] = (byte) alpha.apply(argb >> 8 & 0xff, opacity);
      rgb[to + 2] = (byte) alpha.apply(argb & 0xff, opacity);
      to += 3;
    }
    return new RgbImage(frame.width(), frame.height(), rgb);
  }

  /** Puts a frame on the canvas of its file; what it leaves free is transparent black. */
  private RgbImage place(RgbImage frame, Alpha alpha) {
    if (canvasWidth == 0 || canvasWidth == frame.width() && canvasHeight == frame.height()) {
      return frame;
    }
    int outside = alpha.apply(0, 0);
    RgbImage canvas = RgbImage.filled(canvasWidth, canvasHeight, outside, outside, outside);
    canvas.paste(frame, left, top);
    return canvas;
  }
}
