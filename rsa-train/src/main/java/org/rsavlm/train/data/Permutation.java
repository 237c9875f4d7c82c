package org.rsavlm.train.data;

/**
 * A pseudo-random permutation of {@code 0 … size-1} that needs no memory: a Feistel network over
 * the next even number of bits, walked until it lands inside the range.
 *
 * <p>It is defined by integer arithmetic alone, so that an order is the same on every JVM for good.
 */
final class Permutation {

  private static final int ROUNDS = 8;

  private final long size;
  private final int halfBits;
  private final long halfMask;
  private final long[] keys = new long[ROUNDS];

  /**
   * @param size number of elements
   * @param seed chooses the permutation, together with {@code stream}
   * @param stream keeps uses of one seed apart, such as epochs
   */
  Permutation(long size, long seed, long stream) {
    if (size < 0) {
      throw new IllegalArgumentException("size is " + size + ", must not be negative");
    }
    this.size = size;
    int bits = 64 - Long.numberOfLeadingZeros(Math.max(size - 1, 1));
    halfBits = (bits + 1) / 2;
    halfMask = (1L << halfBits) - 1;
    long state = mix(mix(seed) ^ (stream + 0x9E3779B97F4A7C15L));
    for (int round = 0; round < ROUNDS; round++) {
      state += 0x9E3779B97F4A7C15L;
      keys[round] = mix(state);
    }
  }

  /** The element at {@code position}. */
  long at(long position) {
    if (position < 0 || position >= size) {
      throw new IndexOutOfBoundsException(position + " is outside 0 … " + (size - 1));
    }
    long value = position;
    do {
      value = encrypt(value);
    } while (value >= size);
    return value;
  }

  private long encrypt(long value) {
    long left = value >>> halfBits;
    long right = value & halfMask;
    for (long key : keys) {
      long next = left ^ (mix(right ^ key) & halfMask);
      left = right;
      right = next;
    }
    return (left << halfBits) | right;
  }

  /** The finaliser of SplitMix64. */
  static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
