package org.rsavlm.models.image;

import java.util.Arrays;

/**
 * The coefficients of VP8's macroblocks: 16 luma blocks, then 4 of each chroma plane, of 16
 * coefficients each. Which probabilities apply depends on whether the blocks above and to the left
 * had any.
 */
final class Vp8Residuals {

  static final int BLOCKS = 24;

  private static final int[] ZIGZAG = {0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15};
  private static final int[] BANDS = {0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7};
  private static final int[][] LONG_VALUES = {
    {173, 148, 140},
    {176, 155, 140, 135},
    {180, 157, 141, 134, 130},
    {254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129}
  };

  /** Block types, the first index of the probabilities. */
  private static final int LUMA_AFTER_SECOND = 0;

  private static final int SECOND = 1;
  private static final int CHROMA = 2;
  private static final int LUMA_WHOLE = 3;

  /** Flags a macroblock: luma 0 to 3, chroma 4 to 7, second order 8. */
  private static final int FLAGS = 9;

  private static final int SECOND_FLAG = 8;

  /** Coefficients of the current macroblock, dequantised, block after block. */
  final int[] coefficients = new int[BLOCKS * 16];

  private final int[] probabilities;
  private final boolean[][] above;
  private final boolean[] left = new boolean[FLAGS];
  private final int[] second = new int[16];

  Vp8Residuals(int[] probabilities, int columns) {
    this.probabilities = probabilities;
    above = new boolean[columns][FLAGS];
  }

  /** To be called at the start of each row of macroblocks. */
  void startRow() {
    Arrays.fill(left, false);
  }

  /** A macroblock without coefficients. */
  void skip(int column, boolean subBlocks) {
    int count = subBlocks ? SECOND_FLAG : FLAGS;
    Arrays.fill(left, 0, count, false);
    Arrays.fill(above[column], 0, count, false);
    Arrays.fill(coefficients, 0);
  }

  /**
   * Reads the coefficients of a macroblock.
   *
   * @param subBlocks whether it is predicted by sub-blocks, which have no second-order block
   * @param steps quantiser steps as in {@link Vp8Header#steps}
   * @return whether any coefficient is not zero
   */
  boolean read(Vp8Bits bits, int column, boolean subBlocks, int[] steps) {
    Arrays.fill(coefficients, 0);
    boolean any = false;
    boolean[] top = above[column];
    int type = LUMA_WHOLE;
    int first = 0;
    if (!subBlocks) {
      Arrays.fill(second, 0);
      int context = (left[SECOND_FLAG] ? 1 : 0) + (top[SECOND_FLAG] ? 1 : 0);
      int last = block(bits, SECOND, context, 0, steps[2], steps[3], second, 0);
      left[SECOND_FLAG] = last > 0;
      top[SECOND_FLAG] = last > 0;
      Vp8Transform.inverseHadamard(second, coefficients);
      type = LUMA_AFTER_SECOND;
      first = 1;
    }
    for (int b = 0; b < 16; b++) {
      any |= block(bits, type, first, top, b & 3, b >> 2, b * 16, steps[0], steps[1]);
    }
    for (int b = 16; b < BLOCKS; b++) {
      int flags = b < 20 ? 4 : 6;
      any |=
          block(
              bits,
              CHROMA,
              0,
              top,
              flags + (b & 1),
              flags + (b >> 1 & 1),
              b * 16,
              steps[4],
              steps[5]);
    }
    return any;
  }

  private boolean block(
      Vp8Bits bits,
      int type,
      int first,
      boolean[] top,
      int topFlag,
      int leftFlag,
      int at,
      int dcStep,
      int acStep) {
    int context = (left[leftFlag] ? 1 : 0) + (top[topFlag] ? 1 : 0);
    int last = block(bits, type, context, first, dcStep, acStep, coefficients, at);
    left[leftFlag] = last > first;
    top[topFlag] = last > first;
    return last > first || coefficients[at] != 0;
  }

  /** Reads one block; returns the position after the last coefficient. */
  private int block(
      Vp8Bits bits, int type, int context, int first, int dc, int ac, int[] out, int at) {
    int n = first;
    int p = position(type, n, context);
    while (n < 16) {
      if (bits.bit(probabilities[p]) == 0) {
        return n;
      }
      while (bits.bit(probabilities[p + 1]) == 0) {
        n++;
        if (n == 16) {
          return 16;
        }
        p = position(type, n, 0);
      }
      int value = bits.bit(probabilities[p + 2]) == 0 ? 1 : large(bits, p);
      int next = value == 1 ? 1 : 2;
      int signed = bits.flag() ? -value : value;
      out[at + ZIGZAG[n]] = (short) (signed * (n > 0 ? ac : dc));
      n++;
      if (n < 16) {
        p = position(type, n, next);
      }
    }
    return 16;
  }

  private static int position(int type, int coefficient, int context) {
    return ((type * 8 + BANDS[coefficient]) * 3 + context) * 11;
  }

  /** A coefficient of at least 2. */
  private int large(Vp8Bits bits, int p) {
    if (bits.bit(probabilities[p + 3]) == 0) {
      return bits.bit(probabilities[p + 4]) == 0 ? 2 : 3 + bits.bit(probabilities[p + 5]);
    }
    if (bits.bit(probabilities[p + 6]) == 0) {
      if (bits.bit(probabilities[p + 7]) == 0) {
        return 5 + bits.bit(159);
      }
      int high = bits.bit(165);
      return 7 + 2 * high + bits.bit(145);
    }
    int high = bits.bit(probabilities[p + 8]);
    int category = 2 * high + bits.bit(probabilities[p + 9 + high]);
    int extra = 0;
    for (int probability : LONG_VALUES[category]) {
      extra = 2 * extra + bits.bit(probability);
    }
    return extra + 3 + (8 << category);
  }
}
