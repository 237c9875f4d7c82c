package org.rsavlm.eval.features;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

/** An array in an open file whose header has been checked against the file's size. */
interface FeatureStore extends AutoCloseable {

  /**
   * What the array is.
   *
   * @param type its elements
   * @param order the bytes' order
   * @param shape its dimensions, none negative, whose product in bytes fits a long
   */
  record Layout(FeatureDtype type, ByteOrder order, long[] shape) {

    /** Returns the size of all elements in bytes. */
    long bytes() {
      long count = type.bytes();
      for (long dimension : shape) {
        count = Math.multiplyExact(count, dimension);
      }
      return count;
    }
  }

  /** Returns the array's shape and element type, from its header. */
  Layout layout();

  /** Returns the free text that the file holds by key; empty where its format has none. */
  default Map<String, String> metadata() {
    return Map.of();
  }

  /** Fills a buffer with the array's bytes from an offset on, row-major. */
  void read(long offset, ByteBuffer target);

  @Override
  void close();
}
