package org.rsavlm.models.table;

import java.util.Arrays;

/** Where each sample of a file begins and ends: 16 bytes of heap a sample. */
final class JsonIndex {

  private long[] offsets = new long[1024];
  private int[] lengths = new int[1024];
  private int[] lines = new int[1024];
  private int size;

  /** Appends a sample; {@code line} counts from 1. */
  void add(long offset, int length, int line) {
    if (size == offsets.length) {
      int capacity = Math.addExact(size, size / 2);
      offsets = Arrays.copyOf(offsets, capacity);
      lengths = Arrays.copyOf(lengths, capacity);
      lines = Arrays.copyOf(lines, capacity);
    }
    offsets[size] = offset;
    lengths[size] = length;
    lines[size] = line;
    size++;
  }

  int size() {
    return size;
  }

  long offset(int sample) {
    return offsets[sample];
  }

  int length(int sample) {
    return lengths[sample];
  }

  int line(int sample) {
    return lines[sample];
  }
}
