package org.rsavlm.models.image;

import java.awt.image.Raster;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import javax.imageio.spi.ImageReaderSpi;

/**
 * PNG. ImageIO unpacks the samples; the chunks are checked and the palette is read here first,
 * since ImageIO checks no CRC and believes the lengths it finds.
 */
final class PngDecoder {

  private static final ImageReaderSpi PROVIDER = ImageIoReaders.provider("png");
  private static final int MAX_PALETTE = 256;

  private final byte[] bytes;
  private int bitDepth;
  private int colourType;
  private byte[] palette = {};
  private byte[] transparency = {};

  private PngDecoder(byte[] bytes) {
    this.bytes = bytes;
  }

  static RgbImage decode(byte[] bytes, Alpha alpha) throws IOException {
    PngDecoder png = new PngDecoder(bytes);
    png.scan();
    Raster raster = ImageIoReaders.open(PROVIDER, bytes, reader -> reader.read(0).getRaster());
    return png.convert(raster, alpha);
  }

  /** Walks the chunks up to the end of the image data. */
  private void scan() throws IOException {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    in.position(8);
    boolean header = false;
    boolean data = false;
    while (in.remaining() >= 12) {
      long length = in.getInt() & 0xffffffffL;
      int start = in.position();
      String type = new String(bytes, start, 4, StandardCharsets.ISO_8859_1);
      if (data && !type.equals("IDAT")) {
        return;
      }
      if (length > in.remaining() - 8) {
        throw new IOException("truncated in chunk " + type);
      }
      int size = (int) length;
      byte[] content =
          switch (type) {
            case "IHDR", "PLTE", "tRNS" -> Arrays.copyOfRange(bytes, start + 4, start + 4 + size);
            default -> new byte[0];
          };
      if (type.equals("IHDR") && !header && size == 13) {
        header = true;
        readHeader(ByteBuffer.wrap(content));
      } else if (!header) {
        throw new IOException("no header");
      } else if (type.equals("PLTE")) {
        palette = content;
      } else if (type.equals("tRNS")) {
        transparency = content;
      }
      data |= type.equals("IDAT");
      in.position(start + 4 + size);
      checkCrc(type, start, size + 4, in.getInt());
    }
    if (!data) {
      throw new IOException("truncated before the image data");
    }
  }

  private void readHeader(ByteBuffer header) throws IOException {
    ImageFormat.checkSize(header.getInt() & 0xffffffffL, header.getInt() & 0xffffffffL);
    bitDepth = header.get();
    colourType = header.get();
  }

  private void checkCrc(String type, int start, int size, int expected) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(bytes, start, size);
    if ((int) crc.getValue() != expected) {
      throw new IOException("checksum mismatch in chunk " + type);
    }
  }

  private RgbImage convert(Raster raster, Alpha alpha) throws IOException {
    int width = raster.getWidth();
    int bands = raster.getNumBands();
    byte[] rgb = new byte[Math.multiplyExact(3, width * raster.getHeight())];
    int[] row = new int[Math.multiplyExact(width, bands)];
    int to = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int x = 0; x < width; x++) {
        convertPixel(row, x * bands, alpha, rgb, to);
        to += 3;
      }
    }
    return new RgbImage(width, raster.getHeight(), rgb);
  }

  private void convertPixel(int[] row, int at, Alpha rule, byte[] rgb, int to) throws IOException {
    switch (colourType) {
      case 0 -> {
        int grey = row[at];
        int alpha = transparency.length >= 2 && grey == key(0) ? 0 : 255;
        grey = bitDepth < 8 ? grey * 255 / ((1 << bitDepth) - 1) : Math.min(grey, 255);
        put(rgb, to, grey, grey, grey, rule, alpha);
      }
      case 2 -> {
        boolean clear =
            transparency.length >= 6
                && row[at] == key(0)
                && row[at + 1] == key(1)
                && row[at + 2] == key(2);
        put(rgb, to, high(row[at]), high(row[at + 1]), high(row[at + 2]), rule, clear ? 0 : 255);
      }
      case 3 -> {
        int index = row[at];
        int alpha = index < transparency.length ? transparency[index] & 0xff : 255;
        int entry = index * 3;
        if (entry + 3 > Math.min(palette.length, 3 * MAX_PALETTE)) {
          put(rgb, to, 0, 0, 0, rule, alpha);
        } else {
          put(rgb, to, palette[entry], palette[entry + 1], palette[entry + 2], rule, alpha);
        }
      }
      case 4 -> {
        int grey = high(row[at]);
        put(rgb, to, grey, grey, grey, rule, high(row[at + 1]));
      }
      case 6 ->
          put(
              rgb,
              to,
              high(row[at]),
              high(row[at + 1]),
              high(row[at + 2]),
              rule,
              high(row[at + 3]));
      default -> throw new IOException("colour type " + colourType);
    }
  }

  private static void put(byte[] rgb, int to, int r, int g, int b, Alpha rule, int alpha) {
    rgb[to] = (byte) rule.apply(r & 0xff, alpha);
    rgb[to + 1] = (byte) rule.apply(g & 0xff, alpha);
    rgb[to + 2] = (byte) rule.apply(b & 0xff, alpha);
  }

  private int high(int sample) {
    return bitDepth == 16 ? sample >> 8 : sample;
  }

  /** The sample of the transparent colour. */
  private int key(int channel) {
    return (transparency[2 * channel] & 0xff) << 8 | transparency[2 * channel + 1] & 0xff;
  }
}
