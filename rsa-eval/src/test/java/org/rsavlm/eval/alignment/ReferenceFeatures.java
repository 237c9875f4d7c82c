package org.rsavlm.eval.alignment;

import com.fasterxml.jackson.databind.JsonNode;

/** The features of {@code make_alignment_fixture.py}: integers from a hash, divided by 256. */
final class ReferenceFeatures {
  private static final int LATENTS = 10;

  private ReferenceFeatures() {}

  /** One side of a case; 0 is vision, 1 text. Exact in float32 and float64. */
  static FeatureMatrix of(JsonNode spec, int side, boolean wide) {
    int n = spec.get("n").asInt();
    int d = spec.get(side == 0 ? "dv" : "dt").asInt();
    long seed = 1000L * spec.get("seed").asInt();
    int[] shared = integers(seed, n * LATENTS);
    int[] weights = integers(seed + 1 + side, LATENTS * d);
    int[] noise = integers(seed + 3 + side, n * d);
    int original = n - spec.get("duplicates").asInt();
    double[] values = new double[n * d];
    for (int i = 0; i < n; i++) {
      int row = i < original ? i : i - original;
      for (int c = 0; c < d; c++) {
        int value = spec.get("noise").asInt() * noise[row * d + c] + spec.get("offset").asInt();
        for (int l = 0; l < LATENTS; l++) {
          value += shared[row * LATENTS + l] * weights[l * d + c];
        }
        values[i * d + c] = value / 256.0;
      }
    }
    if (wide) {
      return FeatureMatrix.of(n, d, values);
    }
    float[] single = new float[values.length];
    for (int i = 0; i < single.length; i++) {
      single[i] = (float) values[i];
    }
    return FeatureMatrix.of(n, d, single);
  }

  private static int[] integers(long seed, int count) {
    int[] out = new int[count];
    for (int i = 0; i < count; i++) {
      long z = seed + (i + 1) * 0x9E3779B97F4A7C15L;
      z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
      z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
      z ^= z >>> 31;
      out[i] = (int) ((z & 15) + (z >>> 4 & 15) + (z >>> 8 & 15) + (z >>> 12 & 15)) - 30;
    }
    return out;
  }
}
