package org.rsavlm.models.image;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** The chunks of a PNG file up to the end of its image data, checked against their checksums. */
final class PngChunks implements AutoCloseable {

  private final byte[] bytes;
  private final Inflater inflater = new Inflater();
  private final List<int[]> data = new ArrayList<>();
  private int nextData;

  int width;
  int height;
  int bitDepth;
  int colourType;
  boolean interlaced;
  byte[] palette = {};
  byte[] transparency = {};

  PngChunks(byte[] bytes) throws IOException {
    this.bytes = bytes;
    ByteBuffer in = ByteBuffer.wrap(bytes).position(8);
    while (in.remaining() >= 12) {
      long length = in.getInt() & 0xffffffffL;
      int start = in.position();
      String type = new String(bytes, start, 4, StandardCharsets.ISO_8859_1);
      if (!data.isEmpty() && !type.equals("IDAT")) {
        return;
      }
      if (length > in.remaining() - 8) {
        throw new EOFException("truncated in chunk " + type);
      }
      int size = (int) length;
      in.position(start + 4 + size);
      checkCrc(type, start, size + 4, in.getInt());
      read(type, start + 4, size);
    }
    if (data.isEmpty()) {
      throw new EOFException("truncated before the image data");
    }
  }

  private void checkCrc(String type, int start, int size, int expected) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(bytes, start, size);
    if ((int) crc.getValue() != expected) {
      throw new IOException("checksum mismatch in chunk " + type);
    }
  }

  private void read(String type, int at, int size) throws IOException {
    if (type.equals("IHDR") && width == 0 && size == 13) {
      readHeader(ByteBuffer.wrap(bytes, at, size));
    } else if (width == 0) {
      throw new IOException("no header");
    } else if (type.equals("PLTE")) {
      palette = Arrays.copyOfRange(bytes, at, at + Math.min(size, 3 * 256));
    } else if (type.equals("tRNS")) {
      transparency = Arrays.copyOfRange(bytes, at, at + Math.min(size, 256));
    } else if (type.equals("IDAT")) {
      data.add(new int[] {at, size});
    }
  }

  private void readHeader(ByteBuffer header) throws IOException {
    long declaredWidth = header.getInt() & 0xffffffffL;
    long declaredHeight = header.getInt() & 0xffffffffL;
    PixelLimit.check(declaredWidth, declaredHeight);
    width = (int) declaredWidth;
    height = (int) declaredHeight;
    bitDepth = header.get();
    colourType = header.get();
    int compression = header.get();
    int filters = header.get();
    interlaced = header.get() != 0;
    boolean known =
        switch (colourType) {
          case 0 -> List.of(1, 2, 4, 8, 16).contains(bitDepth);
          case 3 -> List.of(1, 2, 4, 8).contains(bitDepth);
          case 2, 4, 6 -> bitDepth == 8 || bitDepth == 16;
          default -> false;
        };
    if (!known || compression != 0 || filters != 0) {
      throw new IOException(
          "bit depth %d, colour type %d, compression %d, filter method %d"
              .formatted(bitDepth, colourType, compression, filters));
    }
  }

  /** Returns the number of samples a pixel. */
  int channels() {
    return switch (colourType) {
      case 2 -> 3;
      case 4 -> 2;
      case 6 -> 4;
      default -> 1;
    };
  }

  /** Inflates image data until the array is full. */
  void inflate(byte[] to) throws IOException {
    int filled = 0;
    try {
      while (filled < to.length) {
        int count = inflater.inflate(to, filled, to.length - filled);
        filled += count;
        if (count == 0) {
          if (inflater.finished() || inflater.needsDictionary() || nextData == data.size()) {
            throw new EOFException("the image data ends too early");
          }
          int[] chunk = data.get(nextData++);
          inflater.setInput(bytes, chunk[0], chunk[1]);
        }
      }
    } catch (DataFormatException e) {
      throw new IOException("damaged image data", e);
    }
  }

  /** Frees the native inflater. */
  @Override
  public void close() {
    inflater.end();
  }
}
