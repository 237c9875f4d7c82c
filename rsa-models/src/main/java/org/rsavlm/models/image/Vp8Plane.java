package org.rsavlm.models.image;

import java.util.Arrays;

/**
 * One colour plane of a VP8 frame, whole macroblocks, with the border that prediction takes for
 * granted: a row of 127 above and a column of 129 to the left.
 */
final class Vp8Plane {

  /** Spare columns on the right, read as the upper right neighbours of the last block. */
  private static final int SPARE = 4;

  final byte[] samples;
  final int stride;

  /** Index of the sample at (0, 0). */
  final int origin;

  Vp8Plane(int width, int height) {
    stride = 1 + width + SPARE;
    origin = stride + 1;
    samples = new byte[Math.multiplyExact(stride, height + 1)];
    Arrays.fill(samples, 0, stride, (byte) 127);
    for (int y = 1; y <= height; y++) {
      samples[y * stride] = (byte) 129;
    }
  }

  int at(int x, int y) {
    return origin + y * stride + x;
  }

  int get(int index) {
    return samples[index] & 0xff;
  }

  void set(int index, int value) {
    samples[index] = (byte) (value < 0 ? 0 : Math.min(value, 255));
  }
}
