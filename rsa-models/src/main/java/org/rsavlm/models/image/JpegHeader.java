package org.rsavlm.models.image;

import java.io.EOFException;
import java.io.IOException;

/**
 * What a JPEG file says about its size and colours before the first scan.
 *
 * @param width width in pixels
 * @param height height in pixels
 * @param components number of components, 1, 3 or 4
 * @param colours what the components mean
 */
record JpegHeader(int width, int height, int components, Colours colours) {

  /** The meaning of the components. */
  enum Colours {
    GREY,
    RGB,
    YCBCR,
    CMYK,
    YCCK
  }

  private static final int NO_ADOBE = -1;

  /** Walks the marker segments up to the frame header and on to the first scan. */
  static JpegHeader of(byte[] bytes) throws IOException {
    boolean jfif = false;
    int adobe = NO_ADOBE;
    int frame = -1;
    int at = 2;
    while (true) {
      while (byteAt(bytes, at) != 0xff) {
        at++;
      }
      int marker = byteAt(bytes, ++at);
      if (marker == 0xff || marker == 0 || marker == 1 || marker >= 0xd0 && marker <= 0xd8) {
        continue;
      }
      if (marker == 0xda || marker == 0xd9) {
        break;
      }
      int length = byteAt(bytes, at + 1) << 8 | byteAt(bytes, at + 2);
      int content = at + 3;
      if (marker == 0xe0 && length >= 7 && matches(bytes, content, "JFIF\0")) {
        jfif = true;
      } else if (marker == 0xee && length >= 14 && matches(bytes, content, "Adobe")) {
        adobe = byteAt(bytes, content + 11);
      } else if (isFrame(marker) && frame < 0) {
        frame = content;
      }
      at += 1 + length;
    }
    if (frame < 0) {
      throw new IOException("no frame header");
    }
    int components = byteAt(bytes, frame + 5);
    return new JpegHeader(
        byteAt(bytes, frame + 3) << 8 | byteAt(bytes, frame + 4),
        byteAt(bytes, frame + 1) << 8 | byteAt(bytes, frame + 2),
        components,
        colours(components, jfif, adobe, bytes, frame + 6));
  }

  private static boolean isFrame(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  /** The rules by which libjpeg tells colour spaces apart. */
  private static Colours colours(
      int components, boolean jfif, int adobe, byte[] bytes, int firstComponent)
      throws IOException {
    switch (components) {
      case 1:
        return Colours.GREY;
      case 3:
        if (jfif || adobe > 0) {
          return Colours.YCBCR;
        }
        boolean named =
            byteAt(bytes, firstComponent) == 'R'
                && byteAt(bytes, firstComponent + 3) == 'G'
                && byteAt(bytes, firstComponent + 6) == 'B';
        return adobe == 0 || named ? Colours.RGB : Colours.YCBCR;
      case 4:
        return adobe > 0 ? Colours.YCCK : Colours.CMYK;
      default:
        throw new IOException(components + " colour components");
    }
  }

  private static boolean matches(byte[] bytes, int at, String text) throws IOException {
    for (int i = 0; i < text.length(); i++) {
      if (byteAt(bytes, at + i) != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static int byteAt(byte[] bytes, int at) throws IOException {
    if (at >= bytes.length) {
      throw new EOFException("truncated in the header");
    }
    return bytes[at] & 0xff;
  }
}
