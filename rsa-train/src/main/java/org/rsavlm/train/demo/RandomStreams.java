package org.rsavlm.train.demo;

import java.util.Random;

/**
 * Independent random sequences for every purpose of every sample, whatever the order of work.
 * {@link Random} is used because its sequence is fixed by its specification.
 */
record RandomStreams(long seed, int split) {

  Random random(int index, int purpose) {
    long mixed = seed * 0x9E3779B97F4A7C15L + (split * 8L + purpose);
    mixed = (mixed ^ mixed >>> 31) * 0xBF58476D1CE4E5B9L + index;
    mixed = (mixed ^ mixed >>> 29) * 0x94D049BB133111EBL;
    return new Random(mixed ^ mixed >>> 32);
  }
}
