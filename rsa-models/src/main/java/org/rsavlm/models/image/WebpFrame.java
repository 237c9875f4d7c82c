package org.rsavlm.models.image;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A frame inside a WebP file, and the still file that holds it alone: of an animation, of metadata
 * and of what the file gets wrong elsewhere, the native decoder sees nothing.
 *
 * @param lossless whether it is a VP8L frame, rather than VP8
 * @param start where its bytes start in the file
 * @param end where they end
 * @param width width in pixels
 * @param height height in pixels
 */
record WebpFrame(boolean lossless, int start, int end, int width, int height) {

  private static final int CHUNK_HEADER = 8;
  private static final int CANVAS_BYTES = 10;
  private static final int HAS_ALPHA = 0x10;

  /** Reads the header of a lossy frame (RFC 6386, section 9.1). */
  static WebpFrame lossy(byte[] bytes, int start, int end) throws IOException {
    require(start, end, 10);
    if ((bytes[start] & 1) != 0 || number(bytes, start + 3, 3) != 0x2a019d) {
      throw new IOException("not a key frame");
    }
    int width = (int) number(bytes, start + 6, 2) & 0x3fff;
    int height = (int) number(bytes, start + 8, 2) & 0x3fff;
    PixelLimit.check(width, height);
    return new WebpFrame(false, start, end, width, height);
  }

  /** Reads the header of a lossless frame (RFC 9649, section 3.4). */
  static WebpFrame lossless(byte[] bytes, int start, int end) throws IOException {
    require(start, end, 5);
    if (bytes[start] != 0x2f) {
      throw new IOException("not a lossless frame");
    }
    long size = number(bytes, start + 1, 4);
    int width = 1 + (int) (size & 0x3fff);
    int height = 1 + (int) (size >> 14 & 0x3fff);
    PixelLimit.check(width, height);
    return new WebpFrame(true, start, end, width, height);
  }

  private static void require(int start, int end, int least) throws IOException {
    if (end - start < least) {
      throw new EOFException("truncated in the frame header");
    }
  }

  /** Returns a little-endian number of up to four bytes, unsigned. */
  static long number(byte[] bytes, int at, int count) {
    long value = 0;
    for (int i = count - 1; i >= 0; i--) {
      value = value << 8 | bytes[at + i] & 0xff;
    }
    return value;
  }

  /** Returns this frame as a file of its own. */
  byte[] file(byte[] bytes) {
    ByteBuffer file = riff(chunkBytes(end - start));
    putChunk(file, lossless ? "VP8L" : "VP8 ", bytes, start, end);
    return file.array();
  }

  /** Returns this frame with an alpha plane as a file of its own. */
  byte[] fileWithAlpha(byte[] bytes, int alphaStart, int alphaEnd) {
    byte[] canvas = new byte[CANVAS_BYTES];
    canvas[0] = HAS_ALPHA;
    putSize(canvas, 4, width);
    putSize(canvas, 7, height);
    ByteBuffer file =
        riff(
            chunkBytes(CANVAS_BYTES) + chunkBytes(alphaEnd - alphaStart) + chunkBytes(end - start));
    putChunk(file, "VP8X", canvas, 0, CANVAS_BYTES);
    putChunk(file, "ALPH", bytes, alphaStart, alphaEnd);
    putChunk(file, "VP8 ", bytes, start, end);
    return file.array();
  }

  private static ByteBuffer riff(int chunks) {
    ByteBuffer file = ByteBuffer.allocate(12 + chunks).order(ByteOrder.LITTLE_ENDIAN);
    file.put(ascii("RIFF")).putInt(4 + chunks);
    return file.put(ascii("WEBP"));
  }

  /** A chunk's header and content, padded to an even length. */
  private static int chunkBytes(int content) {
    return CHUNK_HEADER + content + (content & 1);
  }

  private static void putChunk(ByteBuffer file, String type, byte[] bytes, int start, int end) {
    int size = end - start;
    file.put(ascii(type)).putInt(size).put(bytes, start, size);
    file.position(file.position() + (size & 1));
  }

  private static void putSize(byte[] canvas, int at, int size) {
    for (int i = 0; i < 3; i++) {
      canvas[at + i] = (byte) (size - 1 >> 8 * i);
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
