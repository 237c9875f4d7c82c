package org.rsavlm.models.image;

import java.io.EOFException;
import java.io.IOException;

/** The header of a VP8 key frame: size, segments, loop filter, quantisers, probabilities. */
final class Vp8Header {

  static final int SEGMENTS = 4;

  final int width;
  final int height;
  final Vp8Bits modes;
  final Vp8Bits[] partitions;

  final boolean segmentMap;
  final int[] segmentProbabilities = {255, 255, 255};
  final boolean simpleFilter;
  final int sharpness;

  /** Whether the loop filter runs at all. */
  final boolean filtered;

  /** Level of the loop filter by segment; the second index is 1 for sub-block prediction. */
  final int[][] filterLevels = new int[SEGMENTS][2];

  /** Steps by segment: luma DC, luma AC, second-order DC and AC, chroma DC and AC. */
  final int[][] steps = new int[SEGMENTS][6];

  final int[] coefficients = Vp8Tables.COEFFICIENTS.clone();

  /** Probability that a macroblock has coefficients; -1 if all of them do. */
  final int skipProbability;

  private boolean segmented;
  private boolean absolute;
  private final int[] segmentQuantisers = new int[SEGMENTS];
  private final int[] segmentLevels = new int[SEGMENTS];

  Vp8Header(byte[] bytes, int start, int end) throws IOException {
    if (end - start < 10) {
      throw new EOFException("truncated in the frame header");
    }
    int tag = little(bytes, start, 3);
    if ((tag & 1) != 0 || little(bytes, start + 3, 3) != 0x2a019d) {
      throw new IOException("not a key frame");
    }
    width = little(bytes, start + 6, 2) & 0x3fff;
    height = little(bytes, start + 8, 2) & 0x3fff;
    ImageFormat.checkSize(width, height);
    int first = start + 10;
    int firstEnd = first + (tag >> 5);
    if (firstEnd > end) {
      throw new EOFException("truncated in the first partition");
    }
    modes = new Vp8Bits(bytes, first, firstEnd);
    modes.literal(2); // colour space and clamping, which key frames of WebP ignore
    segmentMap = readSegments();
    simpleFilter = modes.flag();
    int level = modes.literal(6);
    sharpness = modes.literal(3);
    filtered = level > 0;
    readFilterLevels(level);
    partitions = partitions(bytes, firstEnd, end, 1 << modes.literal(2));
    readQuantisers();
    modes.flag(); // whether later frames keep the probabilities
    for (int i = 0; i < coefficients.length; i++) {
      if (modes.bit(Vp8Tables.COEFFICIENT_UPDATES[i]) != 0) {
        coefficients[i] = modes.literal(8);
      }
    }
    skipProbability = modes.flag() ? modes.literal(8) : -1;
    modes.checkEnd();
  }

  static int little(byte[] bytes, int at, int count) {
    int value = 0;
    for (int i = count - 1; i >= 0; i--) {
      value = value << 8 | bytes[at + i] & 0xff;
    }
    return value;
  }

  private boolean readSegments() {
    segmented = modes.flag();
    if (!segmented) {
      return false;
    }
    boolean map = modes.flag();
    if (modes.flag()) {
      absolute = modes.flag();
      for (int s = 0; s < SEGMENTS; s++) {
        segmentQuantisers[s] = modes.optional(7);
      }
      for (int s = 0; s < SEGMENTS; s++) {
        segmentLevels[s] = modes.optional(6);
      }
    }
    if (map) {
      for (int i = 0; i < segmentProbabilities.length; i++) {
        segmentProbabilities[i] = modes.flag() ? modes.literal(8) : 255;
      }
    }
    return map;
  }

  private void readFilterLevels(int level) {
    int keyFrameDelta = 0;
    int subBlockDelta = 0;
    boolean deltas = modes.flag();
    boolean given = deltas && modes.flag();
    if (given) {
      for (int i = 0; i < 8; i++) {
        int delta = modes.optional(6);
        keyFrameDelta = i == 0 ? delta : keyFrameDelta;
        subBlockDelta = i == 4 ? delta : subBlockDelta;
      }
    }
    for (int s = 0; s < SEGMENTS; s++) {
      int base = segmented ? segmentLevels[s] + (absolute ? 0 : level) : level;
      filterLevels[s][0] = clip(base + keyFrameDelta, 63);
      filterLevels[s][1] = clip(base + keyFrameDelta + subBlockDelta, 63);
    }
  }

  private static Vp8Bits[] partitions(byte[] bytes, int start, int end, int count)
      throws IOException {
    int at = start + 3 * (count - 1);
    if (at > end) {
      throw new EOFException("truncated in the partition sizes");
    }
    Vp8Bits[] partitions = new Vp8Bits[count];
    for (int i = 0; i < count; i++) {
      int size = i < count - 1 ? little(bytes, start + 3 * i, 3) : end - at;
      if (size > end - at) {
        throw new EOFException("truncated in partition " + i);
      }
      partitions[i] = new Vp8Bits(bytes, at, at + size);
      at += size;
    }
    return partitions;
  }

  private void readQuantisers() {
    int base = modes.literal(7);
    int lumaDc = modes.optional(4);
    int secondDc = modes.optional(4);
    int secondAc = modes.optional(4);
    int chromaDc = modes.optional(4);
    int chromaAc = modes.optional(4);
    for (int s = 0; s < SEGMENTS; s++) {
      int q = segmented ? segmentQuantisers[s] + (absolute ? 0 : base) : base;
      steps[s][0] = Vp8Tables.DC_STEPS[clip(q + lumaDc, 127)];
      steps[s][1] = Vp8Tables.AC_STEPS[clip(q, 127)];
      steps[s][2] = Vp8Tables.DC_STEPS[clip(q + secondDc, 127)] * 2;
      steps[s][3] = Math.max(8, Vp8Tables.AC_STEPS[clip(q + secondAc, 127)] * 155 / 100);
      steps[s][4] = Vp8Tables.DC_STEPS[clip(q + chromaDc, 117)];
      steps[s][5] = Vp8Tables.AC_STEPS[clip(q + chromaAc, 127)];
    }
  }

  private static int clip(int value, int most) {
    return Math.max(0, Math.min(most, value));
  }
}
