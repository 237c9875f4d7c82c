package org.rsavlm.models.table.parquet;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where the values of a data page lie in the file, so that one can be read without the others: for
 * pages that are not compressed, or whose bytes Snappy left as they were.
 */
final class PagePlaces {

  private static final int ABSENT = -1;

  private final int[] starts;
  private final int[] lengths;
  private long body;
  private @Nullable SnappyTable table;
  private int shift;
  private boolean inside = true;

  /** Begins with a page of so many slots, all null. */
  PagePlaces(int slots) {
    starts = new int[slots];
    lengths = new int[slots];
    Arrays.fill(lengths, ABSENT);
  }

  /**
   * Notes a value.
   *
   * @param content of the page that should hold it
   */
  void add(int slot, ByteBuffer value, byte[] content) {
    int length = value.remaining();
    int start = value.hasArray() ? value.arrayOffset() + value.position() : ABSENT;
    // Some encodings put values together; those lie nowhere.
    inside &=
        start >= 0
            && start + length <= content.length
            && ByteBuffer.wrap(content, start, length).equals(value);
    starts[slot] = start;
    lengths[slot] = length;
  }

  /**
   * Says how the page that holds the values is stored.
   *
   * @param page which
   * @param snappy null if it is not compressed
   * @return this; null if the values can't be read one by one
   */
  @Nullable PagePlaces in(PageInfo page, @Nullable SnappyTable snappy) {
    body = page.body();
    table = snappy;
    shift = page.uncompressed();
    return inside ? this : null;
  }

  /** Heap that this takes. */
  int bytes() {
    return 2 * Integer.BYTES * starts.length + (table == null ? 0 : table.bytes());
  }

  /** Reads a value; null if the page has null there. */
  byte @Nullable [] read(FileChannel channel, int slot) throws IOException {
    if (lengths[slot] == ABSENT) {
      return null;
    }
    byte[] value = new byte[lengths[slot]];
    if (table == null) {
      read(channel, body + starts[slot], ByteBuffer.wrap(value));
    } else {
      long block = body + shift;
      table.read(
          (position, target, offset, length) ->
              read(channel, block + position, ByteBuffer.wrap(target, offset, length)),
          starts[slot] - shift,
          value);
    }
    return value;
  }

  /** Fills a buffer from a position of a file. */
  static void read(FileChannel channel, long position, ByteBuffer buffer) throws IOException {
    long at = position;
    while (buffer.hasRemaining()) {
      int n = channel.read(buffer, at);
      if (n < 0) {
        throw new EOFException("the file ends inside a page");
      }
      at += n;
    }
  }
}
