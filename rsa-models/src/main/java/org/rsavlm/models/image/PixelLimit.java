package org.rsavlm.models.image;

import java.io.IOException;

/** The largest image that is read, checked by every decoder before it allocates anything. */
final class PixelLimit {

  /** The most pixels an image may have: Pillow's {@code Image.MAX_IMAGE_PIXELS}. */
  static final int MAX_PIXELS = 89_478_485;

  private PixelLimit() {}

  /**
   * Refuses sizes that no decoder should allocate memory for.
   *
   * @throws IOException for an empty or an oversized image
   */
  static void check(long width, long height) throws IOException {
    if (width < 1 || height < 1) {
      throw new IOException("%d x %d pixels".formatted(width, height));
    }
    if (Math.max(width, height) > MAX_PIXELS || width * height > MAX_PIXELS) {
      throw new IOException(
          "%d x %d pixels; at most %d are allowed".formatted(width, height, MAX_PIXELS));
    }
  }
}
