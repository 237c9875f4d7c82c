package org.rsavlm.models.image;

import java.awt.image.Raster;
import java.io.IOException;
import javax.imageio.spi.ImageReaderSpi;

/**
 * JPEG. ImageIO gives the decoded components; how they become RGB is decided and computed here as
 * libjpeg and Pillow do, since ImageIO would guess the colour space differently and apply colour
 * profiles.
 */
final class JpegDecoder {

  private static final ImageReaderSpi PROVIDER = ImageIoReaders.provider("jpeg");

  private JpegDecoder() {}

  static RgbImage decode(byte[] bytes, Alpha alpha) throws IOException {
    JpegHeader header = JpegHeader.of(bytes);
    PixelLimit.check(header.width(), header.height());
    Raster raster = ImageIoReaders.open(PROVIDER, bytes, reader -> reader.readRaster(0, null));
    int bands = raster.getNumBands();
    if (bands != header.components()) {
      throw new IOException(bands + " components decoded, " + header.components() + " declared");
    }
    int width = raster.getWidth();
    byte[] rgb = new byte[Math.multiplyExact(3, width * raster.getHeight())];
    byte[] row = new byte[Math.multiplyExact(width, bands)];
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getDataElements(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      convertRow(header.colours(), row, width, rgb, y * width * 3);
    }
    return new RgbImage(width, raster.getHeight(), rgb);
  }

  private static void convertRow(
      JpegHeader.Colours colours, byte[] row, int width, byte[] rgb, int to) {
    switch (colours) {
      case GREY -> {
        for (int x = 0; x < width; x++, to += 3) {
          rgb[to] = row[x];
          rgb[to + 1] = row[x];
          rgb[to + 2] = row[x];
        }
      }
      case RGB -> System.arraycopy(row, 0, rgb, to, width * 3);
      case YCBCR -> {
        for (int x = 0; x < width; x++, to += 3) {
          fromYcc(row, x * 3, rgb, to);
        }
      }
      case CMYK, YCCK -> {
        for (int x = 0; x < width; x++, to += 3) {
          int from = x * 4;
          if (colours == JpegHeader.Colours.YCCK) {
            fromYcc(row, from, row, from);
            for (int c = from; c < from + 3; c++) {
              row[c] = (byte) (255 - (row[c] & 0xff));
            }
          }
          // Stored inverted (Adobe's way, which Pillow takes for granted): 255 is no ink.
          int light = row[from + 3] & 0xff;
          for (int c = 0; c < 3; c++) {
            int ink = 255 - (row[from + c] & 0xff);
            rgb[to + c] = (byte) Math.max(0, light - divideBy255(ink * light));
          }
        }
      }
    }
  }

  /** The quotient rounded to the nearest, for products of two bytes. */
  private static int divideBy255(int product) {
    int t = product + 128;
    return (t + (t >> 8)) >> 8;
  }

  /** JFIF's YCbCr (full range, BT.601) to RGB with 16 fraction bits, as libjpeg rounds it. */
  private static void fromYcc(byte[] from, int at, byte[] to, int start) {
    int y = from[at] & 0xff;
    int cb = (from[at + 1] & 0xff) - 128;
    int cr = (from[at + 2] & 0xff) - 128;
    to[start] = clamp(y + ((91881 * cr + 32768) >> 16));
    to[start + 1] = clamp(y + ((-22554 * cb - 46802 * cr + 32768) >> 16));
    to[start + 2] = clamp(y + ((116130 * cb + 32768) >> 16));
  }

  private static byte clamp(int value) {
    return (byte) Math.max(0, Math.min(255, value));
  }
}
