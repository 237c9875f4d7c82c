package org.rsavlm.models.image;

import java.io.EOFException;
import java.io.IOException;

/** VP8's arithmetic decoder over a part of the file: bits of given probabilities. */
final class Vp8Bits {

  /** Zeros that may be read past the end; an encoder leaves out trailing ones. */
  private static final int SLACK = 8;

  private final byte[] bytes;
  private final int end;
  private int position;
  private long window;
  private int available;
  private int range = 255;

  Vp8Bits(byte[] bytes, int start, int end) {
    this.bytes = bytes;
    this.position = start;
    this.end = end;
  }

  /** A bit that is 0 with a probability of {@code probability / 256}. */
  int bit(int probability) {
    if (available < 16) {
      refill();
    }
    int split = 1 + ((range - 1) * probability >> 8);
    long boundary = (long) split << (available - 8);
    int bit;
    if (window >= boundary) {
      window -= boundary;
      range -= split;
      bit = 1;
    } else {
      range = split;
      bit = 0;
    }
    int shift = Integer.numberOfLeadingZeros(range) - 24;
    range <<= shift;
    available -= shift;
    return bit;
  }

  private void refill() {
    while (available <= 48) {
      window = window << 8 | (position < end ? bytes[position] & 0xff : 0);
      position++;
      available += 8;
    }
  }

  boolean flag() {
    return bit(128) != 0;
  }

  /** A whole number of so many bits, the highest first. */
  int literal(int bits) {
    int value = 0;
    for (int i = 0; i < bits; i++) {
      value = value << 1 | bit(128);
    }
    return value;
  }

  /** A number followed by its sign. */
  int signed(int bits) {
    int value = literal(bits);
    return flag() ? -value : value;
  }

  /** A signed number that is left out where it is zero. */
  int optional(int bits) {
    return flag() ? signed(bits) : 0;
  }

  /** Fails if clearly more was read than there is. */
  void checkEnd() throws IOException {
    if (position - available / 8 > end + SLACK) {
      throw new EOFException("the image data ends too early");
    }
  }
}
