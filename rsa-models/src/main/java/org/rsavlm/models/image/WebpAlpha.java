package org.rsavlm.models.image;

import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;

/**
 * The alpha plane beside a lossy WebP frame: bytes, stored as they are or as the green channel of a
 * lossless image, each the difference from a prediction.
 */
final class WebpAlpha {

  private static final int HORIZONTAL = 1;
  private static final int VERTICAL = 2;
  private static final int GRADIENT = 3;

  private WebpAlpha() {}

  /**
   * Decodes an alpha chunk.
   *
   * @param chunk its content: a byte of flags, then data
   * @return an opacity for each pixel, row-major
   */
  static byte[] decode(byte[] chunk, int width, int height) throws IOException {
    if (chunk.length == 0) {
      throw new EOFException("truncated in the alpha data");
    }
    int flags = chunk[0];
    byte[] data = Arrays.copyOfRange(chunk, 1, chunk.length);
    byte[] plane =
        switch (flags & 3) {
          case 0 -> data;
          case 1 -> WebpLossless.green(data, width, height);
          default -> throw new IOException("alpha compression " + (flags & 3));
        };
    if (plane.length < width * height) {
      throw new EOFException("truncated in the alpha data");
    }
    restore(plane, width, height, flags >> 2 & 3);
    return plane;
  }

  private static void restore(byte[] plane, int width, int height, int filter) {
    for (int y = 0; filter != 0 && y < height; y++) {
      for (int x = 0; x < width; x++) {
        int at = y * width + x;
        plane[at] += (byte) prediction(plane, at, width, x, y, filter);
      }
    }
  }

  private static int prediction(byte[] plane, int at, int width, int x, int y, int filter) {
    if (x == 0 && y == 0) {
      return 0;
    }
    if (y == 0 || x > 0 && filter == HORIZONTAL) {
      return plane[at - 1];
    }
    if (x == 0 || filter == VERTICAL) {
      return plane[at - width];
    }
    assert filter == GRADIENT;
    int gradient =
        (plane[at - 1] & 0xff) + (plane[at - width] & 0xff) - (plane[at - width - 1] & 0xff);
    return Math.max(0, Math.min(255, gradient));
  }
}
