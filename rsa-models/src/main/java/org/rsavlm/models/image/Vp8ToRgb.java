package org.rsavlm.models.image;

/**
 * VP8's planes (video range, BT.601, chroma at half size) to RGB as libwebp does it: chroma is
 * interpolated with weights 9, 3, 3, 1 and rounded in two steps.
 */
final class Vp8ToRgb {

  private Vp8ToRgb() {}

  static RgbImage convert(Vp8Plane[] planes, int width, int height) {
    byte[] rgb = new byte[Math.multiplyExact(3, width * height)];
    int[] u = new int[width];
    int[] v = new int[width];
    int chromaRows = (height + 1) / 2;
    for (int y = 0; y < height; y++) {
      // The nearer chroma row weighs three times the other; at the edges they are the same.
      int near = y / 2;
      int far = Math.max(0, Math.min(chromaRows - 1, (y & 1) == 0 ? near - 1 : near + 1));
      upsample(planes[1], near, far, u);
      upsample(planes[2], near, far, v);
      int luma = planes[0].at(0, y);
      for (int x = 0, to = y * width * 3; x < width; x++, to += 3) {
        int light = high(planes[0].get(luma + x), 19077);
        rgb[to] = clip(light + high(v[x], 26149) - 14234);
        rgb[to + 1] = clip(light - high(u[x], 6419) - high(v[x], 13320) + 8708);
        rgb[to + 2] = clip(light + high(u[x], 33050) - 17685);
      }
    }
    return new RgbImage(width, height, rgb);
  }

  private static void upsample(Vp8Plane plane, int nearRow, int farRow, int[] out) {
    int near = plane.at(0, nearRow);
    int far = plane.at(0, farRow);
    out[0] = (3 * plane.get(near) + plane.get(far) + 2) >> 2;
    int pairs = (out.length - 1) / 2;
    for (int i = 1; i <= pairs; i++) {
      int near0 = plane.get(near + i - 1);
      int near1 = plane.get(near + i);
      int far0 = plane.get(far + i - 1);
      int far1 = plane.get(far + i);
      int sum = near0 + near1 + far0 + far1 + 8;
      int towardsRight = (sum + 2 * (near1 + far0)) >> 3;
      int towardsLeft = (sum + 2 * (near0 + far1)) >> 3;
      out[2 * i - 1] = (towardsRight + near0) >> 1;
      out[2 * i] = (towardsLeft + near1) >> 1;
    }
    if ((out.length & 1) == 0) {
      int last = out.length / 2 - 1;
      out[out.length - 1] = (3 * plane.get(near + last) + plane.get(far + last) + 2) >> 2;
    }
  }

  private static int high(int value, int factor) {
    return value * factor >> 8;
  }

  /** Six fraction bits to a byte. */
  private static byte clip(int value) {
    return (byte) Math.max(0, Math.min(255, value >> 6));
  }
}
