package org.rsavlm.models.table.parquet;

import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where the bytes of a Snappy block come from, so that a part of it can be had without the rest.
 * Encoded images hardly compress: a block of them is a few literals of 64 KB each.
 *
 * <p>Format: google/snappy, format_description.txt.
 */
final class SnappyTable {

  private static final int LITERAL = 0;
  private static final int LONG_LITERAL = 60;

  /** Begin of each element in the plain bytes, and behind the last one their end. */
  private int[] starts;

  /** Of a literal where its bytes are in the block; of a copy how far back it looks, negative. */
  private int[] sources;

  private int count;

  private SnappyTable(int elements) {
    starts = new int[elements + 1];
    sources = new int[elements];
  }

  /** Reads parts of a block. */
  @FunctionalInterface
  interface Block {

    /**
     * Fills a part of an array.
     *
     * @param position in the block
     */
    void read(int position, byte[] target, int offset, int length) throws IOException;
  }

  /**
   * The table of a block.
   *
   * @param stored holds the block
   * @param from where it begins there; it ends with the array
   * @param most elements
   * @return null if the block has more elements
   * @throws IOException if it is no Snappy block
   */
  static @Nullable SnappyTable of(byte[] stored, int from, int most) throws IOException {
    try {
      return parse(stored, from, most);
    } catch (IndexOutOfBoundsException | ArithmeticException e) {
      throw new IOException("no Snappy block", e);
    }
  }

  private static @Nullable SnappyTable parse(byte[] stored, int from, int most) {
    SnappyTable table = new SnappyTable(most);
    int at = from;
    while (stored[at++] < 0) {} // the length, which is known
    int out = 0;
    while (at < stored.length) {
      if (table.count == most) {
        return null;
      }
      int tag = Byte.toUnsignedInt(stored[at++]);
      int length = 1 + (tag >> 2);
      int kind = tag & 3;
      int source;
      if (kind == LITERAL) {
        if (length > LONG_LITERAL) {
          int bytes = length - LONG_LITERAL;
          length = 1 + number(stored, at, bytes);
          at += bytes;
        }
        source = at - from;
        at = Math.addExact(at, length);
      } else if (kind == 1) {
        length = 4 + ((tag >> 2) & 7);
        source = -((tag >> 5) << 8 | number(stored, at++, 1));
      } else {
        int bytes = kind == 2 ? 2 : 4;
        source = -number(stored, at, bytes);
        at += bytes;
      }
      if (length < 1 || at > stored.length || (kind != LITERAL && (source >= 0 || -source > out))) {
        throw new IndexOutOfBoundsException(at);
      }
      table.sources[table.count++] = source;
      out = Math.addExact(out, length);
      table.starts[table.count] = out;
    }
    table.starts = Arrays.copyOf(table.starts, table.count + 1);
    table.sources = Arrays.copyOf(table.sources, table.count);
    return table;
  }

  private static int number(byte[] bytes, int at, int count) {
    int value = 0;
    for (int i = 0; i < count; i++) {
      value |= Byte.toUnsignedInt(bytes[at + i]) << (8 * i);
    }
    return value;
  }

  /** Heap that the table takes. */
  int bytes() {
    return Integer.BYTES * (starts.length + sources.length);
  }

  /** Plain bytes of the block. */
  int plain() {
    return starts[count];
  }

  /**
   * Reads plain bytes.
   *
   * @param from the first one
   * @param target as many as it has room for
   */
  void read(Block block, int from, byte[] target) throws IOException {
    int done = 0;
    for (int element = holding(from); done < target.length; element++) {
      int within = from + done - starts[element];
      int length = Math.min(starts[element + 1] - starts[element] - within, target.length - done);
      if (sources[element] >= 0) {
        block.read(sources[element] + within, target, done, length);
        done += length;
        continue;
      }
      for (int end = done + length; done < end; done++) {
        int back = done + sources[element];
        target[done] = back >= 0 ? target[back] : single(block, from + back);
      }
    }
  }

  /** A byte in front of what is being read. */
  private byte single(Block block, int position) throws IOException {
    int at = position;
    int element = holding(at);
    while (sources[element] < 0) {
      at += sources[element];
      element = holding(at);
    }
    byte[] one = new byte[1];
    block.read(sources[element] + at - starts[element], one, 0, 1);
    return one[0];
  }

  private int holding(int position) {
    int found = Arrays.binarySearch(starts, 0, count + 1, position);
    return found >= 0 ? found : -found - 2;
  }
}
