package org.rsavlm.models.image;

import java.io.IOException;

/**
 * PNG, unpacked here rather than by ImageIO, which checks no checksum, brightens grey and rounds
 * 16-bit colour. It isn't faster either; docs/dependencies.md has the numbers.
 */
final class PngDecoder {

  /** Adam7: first column, first row, and the steps to the next, of each pass. */
  private static final int[][] PASSES = {
    {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
  };

  private final PngChunks png;
  private final Alpha alpha;
  private final byte[] rgb;

  /** For indices and grey below 16 bits: the colour of every sample value. */
  private final byte[][] colours;

  private PngDecoder(PngChunks png, Alpha alpha) {
    this.png = png;
    this.alpha = alpha;
    rgb = new byte[Math.multiplyExact(3, png.width * png.height)];
    colours = png.colourType == 3 ? paletteColours() : greyColours();
  }

  static RgbImage decode(byte[] bytes, Alpha alpha) throws IOException {
    try (PngChunks png = new PngChunks(bytes)) {
      PngDecoder decoder = new PngDecoder(png, alpha);
      if (png.interlaced) {
        for (int[] pass : PASSES) {
          decoder.pass(pass[0], pass[1], pass[2], pass[3]);
        }
      } else {
        decoder.pass(0, 0, 1, 1);
      }
      return new RgbImage(png.width, png.height, decoder.rgb);
    }
  }

  private byte[][] paletteColours() {
    byte[][] table = new byte[256][3];
    for (int i = 0; i < png.palette.length / 3; i++) {
      int opacity = i < png.transparency.length ? png.transparency[i] & 0xff : 255;
      for (int c = 0; c < 3; c++) {
        table[i][c] = (byte) alpha.apply(png.palette[3 * i + c] & 0xff, opacity);
      }
    }
    return table;
  }

  private byte[][] greyColours() {
    byte[][] table = new byte[256][3];
    int most = (1 << Math.min(png.bitDepth, 8)) - 1;
    for (int i = 0; i <= most; i++) {
      boolean clear = png.transparency.length >= 2 && i == key(0);
      byte grey = (byte) alpha.apply(i * 255 / most, clear ? 0 : 255);
      table[i] = new byte[] {grey, grey, grey};
    }
    return table;
  }

  /** Decodes the rows of one pass and spreads them over the image. */
  private void pass(int left, int top, int stepX, int stepY) throws IOException {
    int columns = (png.width - left + stepX - 1) / stepX;
    int rows = (png.height - top + stepY - 1) / stepY;
    if (columns <= 0 || rows <= 0) {
      return;
    }
    int bits = png.channels() * png.bitDepth;
    int length = Math.toIntExact(((long) columns * bits + 7) / 8);
    byte[] filtered = new byte[1 + length];
    byte[] row = new byte[length];
    byte[] above = new byte[length];
    for (int y = 0; y < rows; y++) {
      png.inflate(filtered);
      PngFilter.undo(filtered, above, row, Math.max(1, bits / 8));
      convert(row, columns, 3 * ((top + y * stepY) * png.width + left), 3 * stepX);
      byte[] swap = above;
      above = row;
      row = swap;
    }
  }

  private void convert(byte[] row, int columns, int to, int step) {
    int wide = png.bitDepth == 16 ? 2 : 1;
    if (png.colourType == 2 && wide == 1 && step == 3 && png.transparency.length == 0) {
      System.arraycopy(row, 0, rgb, to, row.length);
      return;
    }
    for (int x = 0; x < columns; x++, to += step) {
      switch (png.colourType) {
        case 2 -> {
          int from = x * 3 * wide;
          put(row, from, from + wide, from + 2 * wide, to, isKey(row, from, wide) ? 0 : 255);
        }
        case 4 -> {
          int from = x * 2 * wide;
          put(row, from, from, from, to, row[from + wide] & 0xff);
        }
        case 6 -> {
          int from = x * 4 * wide;
          put(row, from, from + wide, from + 2 * wide, to, row[from + 3 * wide] & 0xff);
        }
        default ->
            System.arraycopy(colours[wide == 2 ? grey16(row, x) : index(row, x)], 0, rgb, to, 3);
      }
    }
  }

  /** Takes the samples at three places; of 16 bits these are the high bytes. */
  private void put(byte[] row, int red, int green, int blue, int to, int opacity) {
    rgb[to] = (byte) alpha.apply(row[red] & 0xff, opacity);
    rgb[to + 1] = (byte) alpha.apply(row[green] & 0xff, opacity);
    rgb[to + 2] = (byte) alpha.apply(row[blue] & 0xff, opacity);
  }

  /** A 16-bit grey sample cut off at 255, which is what Pillow makes of it. */
  private static int grey16(byte[] row, int x) {
    return row[2 * x] != 0 ? 255 : row[2 * x + 1] & 0xff;
  }

  private int index(byte[] row, int x) {
    int perByte = 8 / png.bitDepth;
    int shift = (perByte - 1 - x % perByte) * png.bitDepth;
    return (row[x / perByte] & 0xff) >> shift & (1 << png.bitDepth) - 1;
  }

  private boolean isKey(byte[] row, int from, int wide) {
    if (png.transparency.length < 6) {
      return false;
    }
    for (int c = 0; c < 3; c++) {
      int at = from + c * wide;
      int sample = wide == 2 ? (row[at] & 0xff) << 8 | row[at + 1] & 0xff : row[at] & 0xff;
      if (sample != key(c)) {
        return false;
      }
    }
    return true;
  }

  /** A sample of the transparent colour. */
  private int key(int channel) {
    return (png.transparency[2 * channel] & 0xff) << 8 | png.transparency[2 * channel + 1] & 0xff;
  }
}
