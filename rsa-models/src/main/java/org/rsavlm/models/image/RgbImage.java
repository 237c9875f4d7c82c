package org.rsavlm.models.image;

import java.util.Arrays;

/**
 * An image of 8-bit RGB pixels.
 *
 * @param width width in pixels, at least 1
 * @param height height in pixels, at least 1
 * @param rgb the samples, row-major from the top left, three bytes (red, green, blue; unsigned) a
 *     pixel; held without a copy
 */
public record RgbImage(int width, int height, byte[] rgb) {

  /** Checks that the array fits the size. */
  public RgbImage {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "image of " + width + " x " + height + " pixels; both must be at least 1");
    }
    if (rgb.length != 3L * width * height) {
      throw new IllegalArgumentException(
          "%d bytes for an RGB image of %d x %d pixels, which needs %d"
              .formatted(rgb.length, width, height, 3L * width * height));
    }
  }

  /**
   * Returns an image of one colour.
   *
   * @param width width in pixels
   * @param height height in pixels
   * @param red red, 0 to 255
   * @param green green, 0 to 255
   * @param blue blue, 0 to 255
   * @return the new image
   */
  public static RgbImage filled(int width, int height, int red, int green, int blue) {
    byte[] rgb = new byte[Math.multiplyExact(3, Math.multiplyExact(width, height))];
    if ((red | green | blue) != 0) {
      for (int i = 0; i < rgb.length; i += 3) {
        rgb[i] = (byte) red;
        rgb[i + 1] = (byte) green;
        rgb[i + 2] = (byte) blue;
      }
    }
    return new RgbImage(width, height, rgb);
  }

  /**
   * Returns one sample.
   *
   * @param x column from the left
   * @param y row from the top
   * @param channel 0 red, 1 green, 2 blue
   * @return the sample, 0 to 255
   */
  public int sample(int x, int y, int channel) {
    return rgb[(y * width + x) * 3 + channel] & 0xff;
  }

  /**
   * Copies a rectangle out of this image.
   *
   * @param x left edge
   * @param y upper edge
   * @param w width of the rectangle
   * @param h height of the rectangle
   * @return the rectangle as its own image
   */
  public RgbImage crop(int x, int y, int w, int h) {
    if (x < 0 || y < 0 || w > width - x || h > height - y) {
      throw new IllegalArgumentException(
          "crop of %d x %d at (%d, %d) leaves an image of %d x %d"
              .formatted(w, h, x, y, width, height));
    }
    byte[] out = new byte[3 * w * h];
    for (int row = 0; row < h; row++) {
      System.arraycopy(rgb, ((y + row) * width + x) * 3, out, row * w * 3, w * 3);
    }
    return new RgbImage(w, h, out);
  }

  /**
   * Copies another image into this one.
   *
   * @param image what to copy; must lie inside this image
   * @param x left edge of its place
   * @param y upper edge of its place
   */
  void paste(RgbImage image, int x, int y) {
    for (int row = 0; row < image.height; row++) {
      System.arraycopy(
          image.rgb, row * image.width * 3, rgb, ((y + row) * width + x) * 3, image.width * 3);
    }
  }

  /** Tells whether size and pixels are equal. */
  @Override
  public boolean equals(Object other) {
    return other instanceof RgbImage that
        && width == that.width
        && height == that.height
        && Arrays.equals(rgb, that.rgb);
  }

  @Override
  public int hashCode() {
    return (31 * width + height) * 31 + Arrays.hashCode(rgb);
  }

  @Override
  public String toString() {
    return "RgbImage[" + width + " x " + height + "]";
  }
}
