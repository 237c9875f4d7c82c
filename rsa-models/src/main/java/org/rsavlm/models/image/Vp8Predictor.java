package org.rsavlm.models.image;

import java.util.Arrays;

/** VP8's intra prediction: a block from the samples above it and to its left. */
final class Vp8Predictor {

  /** Modes of whole macroblocks, a subset of those of sub-blocks. */
  static final int DC = 0;

  static final int TRUE_MOTION = 1;
  static final int VERTICAL = 2;
  static final int HORIZONTAL = 3;

  /** Further modes of sub-blocks, by the direction in which the edge is continued. */
  static final int RIGHT_DOWN = 4;

  static final int VERTICAL_RIGHT = 5;
  static final int LEFT_DOWN = 6;
  static final int VERTICAL_LEFT = 7;
  static final int HORIZONTAL_DOWN = 8;
  static final int HORIZONTAL_UP = 9;

  private Vp8Predictor() {}

  /** Predicts a square of 16 (luma) or 8 (chroma) samples a side. */
  static void square(Vp8Plane plane, int x, int y, int side, int mode) {
    int at = plane.at(x, y);
    int above = at - plane.stride;
    switch (mode) {
      case DC -> fill(plane, at, side, mean(plane, at, side, x > 0, y > 0));
      case TRUE_MOTION -> trueMotion(plane, at, side);
      case VERTICAL -> {
        for (int row = 0; row < side; row++) {
          System.arraycopy(plane.samples, above, plane.samples, at + row * plane.stride, side);
        }
      }
      default -> {
        for (int row = 0; row < side; row++) {
          int line = at + row * plane.stride;
          Arrays.fill(plane.samples, line, line + side, plane.samples[line - 1]);
        }
      }
    }
  }

  private static int mean(Vp8Plane plane, int at, int side, boolean left, boolean above) {
    if (!left && !above) {
      return 128;
    }
    int sum = 0;
    for (int i = 0; i < side; i++) {
      sum += left ? plane.get(at + i * plane.stride - 1) : 0;
      sum += above ? plane.get(at - plane.stride + i) : 0;
    }
    int count = left && above ? 2 * side : side;
    return (sum + count / 2) / count;
  }

  private static void fill(Vp8Plane plane, int at, int side, int value) {
    for (int row = 0; row < side; row++) {
      int line = at + row * plane.stride;
      Arrays.fill(plane.samples, line, line + side, (byte) value);
    }
  }

  private static void trueMotion(Vp8Plane plane, int at, int side) {
    int above = at - plane.stride;
    int corner = plane.get(above - 1);
    for (int row = 0; row < side; row++) {
      int line = at + row * plane.stride;
      int base = plane.get(line - 1) - corner;
      for (int i = 0; i < side; i++) {
        plane.set(line + i, base + plane.get(above + i));
      }
    }
  }

  /**
   * Predicts a sub-block of 4 x 4 samples.
   *
   * @param e its edge: left samples from the bottom up (0 to 3), corner (4), eight samples above
   *     from left to right (5 to 12)
   */
  static void subBlock(Vp8Plane plane, int at, int mode, int[] e) {
    switch (mode) {
      case DC -> {
        int sum = 4;
        for (int i = 0; i < 4; i++) {
          sum += e[i] + e[5 + i];
        }
        fill(plane, at, 4, sum >> 3);
      }
      case TRUE_MOTION -> trueMotion(plane, at, 4);
      case VERTICAL -> each(plane, at, (x, y) -> smooth(e, 5 + x));
      case HORIZONTAL ->
          each(plane, at, (x, y) -> y == 3 ? three(e[1], e[0], e[0]) : smooth(e, 3 - y));
      case RIGHT_DOWN -> each(plane, at, (x, y) -> smooth(e, 4 + x - y));
      case LEFT_DOWN ->
          each(plane, at, (x, y) -> x + y == 6 ? three(e[11], e[12], e[12]) : smooth(e, 6 + x + y));
      case VERTICAL_RIGHT -> each(plane, at, (x, y) -> verticalRight(e, x, y));
      case VERTICAL_LEFT -> each(plane, at, (x, y) -> verticalLeft(e, x, y));
      case HORIZONTAL_DOWN -> each(plane, at, (x, y) -> horizontalDown(e, x, y));
      default -> each(plane, at, (x, y) -> horizontalUp(e, x + 2 * y));
    }
  }

  private interface Sample {
    int at(int x, int y);
  }

  private static void each(Vp8Plane plane, int at, Sample sample) {
    for (int y = 0; y < 4; y++) {
      for (int x = 0; x < 4; x++) {
        plane.samples[at + y * plane.stride + x] = (byte) sample.at(x, y);
      }
    }
  }

  /** Lines two samples down for one across, from the edge above and the corner. */
  private static int verticalRight(int[] e, int x, int y) {
    int along = 2 * x - y;
    if (along < -1) {
      return smooth(e, 5 - y); // the two lowest samples of the first column
    }
    int i = 4 + x - (y >> 1);
    return (y & 1) == 0 ? two(e[i], e[i + 1]) : smooth(e, i);
  }

  private static int verticalLeft(int[] e, int x, int y) {
    if (x == 3 && y >= 2) {
      return smooth(e, y == 2 ? 10 : 11); // the format's exceptions
    }
    int i = 5 + x + (y >> 1);
    return (y & 1) == 0 ? two(e[i], e[i + 1]) : smooth(e, i + 1);
  }

  private static int horizontalDown(int[] e, int x, int y) {
    int along = 2 * y - x;
    if (along < -1) {
      return smooth(e, 3 + x); // the two rightmost samples of the first row
    }
    int i = 4 - y + (x >> 1);
    return (x & 1) == 0 ? two(e[i], e[i - 1]) : smooth(e, i);
  }

  private static int horizontalUp(int[] e, int along) {
    if (along > 5) {
      return e[0];
    }
    if (along == 5) {
      return three(e[1], e[0], e[0]);
    }
    int i = 3 - (along >> 1);
    return (along & 1) == 0 ? two(e[i], e[i - 1]) : smooth(e, i - 1);
  }

  private static int smooth(int[] e, int i) {
    return three(e[i - 1], e[i], e[i + 1]);
  }

  private static int three(int a, int b, int c) {
    return (a + 2 * b + c + 2) >> 2;
  }

  private static int two(int a, int b) {
    return (a + b + 1) >> 1;
  }
}
