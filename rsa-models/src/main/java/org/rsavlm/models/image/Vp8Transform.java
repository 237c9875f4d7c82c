package org.rsavlm.models.image;

/** VP8's inverse transforms, in the integer arithmetic that the format prescribes. */
final class Vp8Transform {

  private Vp8Transform() {}

  /** Spreads the second-order block over the DC coefficients of the 16 luma blocks. */
  static void inverseHadamard(int[] in, int[] coefficients) {
    int[] half = new int[16];
    for (int i = 0; i < 4; i++) {
      int a = in[i] + in[12 + i];
      int b = in[4 + i] + in[8 + i];
      int c = in[4 + i] - in[8 + i];
      int d = in[i] - in[12 + i];
      half[i] = a + b;
      half[4 + i] = c + d;
      half[8 + i] = a - b;
      half[12 + i] = d - c;
    }
    for (int i = 0; i < 4; i++) {
      int a = half[4 * i] + half[4 * i + 3] + 3;
      int b = half[4 * i + 1] + half[4 * i + 2];
      int c = half[4 * i + 1] - half[4 * i + 2];
      int d = half[4 * i] - half[4 * i + 3] + 3;
      int to = 4 * i * 16;
      coefficients[to] = (short) (a + b >> 3);
      coefficients[to + 16] = (short) (c + d >> 3);
      coefficients[to + 32] = (short) (a - b >> 3);
      coefficients[to + 48] = (short) (d - c >> 3);
    }
  }

  /** Adds the inverse cosine transform of 16 coefficients to a block of 4 x 4 samples. */
  static void addInverseCosine(int[] in, int from, Vp8Plane plane, int at) {
    int[] half = new int[16];
    for (int i = 0; i < 4; i++) {
      int k = from + i;
      int a = in[k] + in[k + 8];
      int b = in[k] - in[k + 8];
      int c = sine(in[k + 4]) - cosine(in[k + 12]);
      int d = cosine(in[k + 4]) + sine(in[k + 12]);
      half[i] = a + d;
      half[4 + i] = b + c;
      half[8 + i] = b - c;
      half[12 + i] = a - d;
    }
    for (int i = 0; i < 4; i++) {
      int k = 4 * i;
      int a = half[k] + half[k + 2] + 4;
      int b = half[k] - half[k + 2] + 4;
      int c = sine(half[k + 1]) - cosine(half[k + 3]);
      int d = cosine(half[k + 1]) + sine(half[k + 3]);
      int line = at + i * plane.stride;
      plane.set(line, plane.get(line) + (a + d >> 3));
      plane.set(line + 1, plane.get(line + 1) + (b + c >> 3));
      plane.set(line + 2, plane.get(line + 2) + (b - c >> 3));
      plane.set(line + 3, plane.get(line + 3) + (a - d >> 3));
    }
  }

  /** Times sqrt(2) cos(pi / 8), with 16 fraction bits. */
  private static int cosine(int value) {
    return value + (value * 20091 >> 16);
  }

  /** Times sqrt(2) sin(pi / 8), with 16 fraction bits. */
  private static int sine(int value) {
    return value * 35468 >> 16;
  }
}
