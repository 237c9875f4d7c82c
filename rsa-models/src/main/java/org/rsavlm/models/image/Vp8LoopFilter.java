package org.rsavlm.models.image;

/** VP8's loop filter, which smooths the edges between blocks where they look like artefacts. */
final class Vp8LoopFilter {

  private final byte[] samples;

  /** Distance of the samples across the edge. */
  private final int across;

  private Vp8LoopFilter(byte[] samples, int across) {
    this.samples = samples;
    this.across = across;
  }

  /**
   * Filters the edges of one macroblock.
   *
   * @param planes luma and both chroma planes
   * @param level strength, 1 to 63
   * @param inner whether the edges inside are filtered too
   */
  static void macroblock(
      Vp8Plane[] planes, int column, int row, Vp8Header header, int level, boolean inner) {
    int interior = header.sharpness > 4 ? level >> 2 : header.sharpness > 0 ? level >> 1 : level;
    if (header.sharpness > 0) {
      interior = Math.min(interior, 9 - header.sharpness);
    }
    interior = Math.max(interior, 1);
    int edge = 2 * level + interior;
    int variance = level >= 40 ? 2 : level >= 15 ? 1 : 0;
    int count = header.simpleFilter ? 1 : planes.length;
    for (int direction = 0; direction < 2; direction++) {
      boolean outer = direction == 0 ? column > 0 : row > 0;
      for (int p = 0; p < count; p++) {
        Vp8Plane plane = planes[p];
        int side = p == 0 ? 16 : 8;
        int at = plane.at(column * side, row * side);
        int across = direction == 0 ? 1 : plane.stride;
        int along = direction == 0 ? plane.stride : 1;
        Vp8LoopFilter filter = new Vp8LoopFilter(plane.samples, across);
        for (int offset = outer ? 0 : 4; offset < (inner ? side : 1); offset += 4) {
          int limit = 2 * (offset == 0 ? edge + 4 : edge) + 1;
          for (int i = 0; i < side; i++) {
            int q = at + offset * across + i * along;
            if (header.simpleFilter) {
              filter.simple(q, limit);
            } else {
              filter.normal(q, limit, interior, variance, offset == 0);
            }
          }
        }
      }
    }
  }

  private int get(int index) {
    return samples[index] & 0xff;
  }

  private void add(int index, int value) {
    samples[index] = (byte) Math.max(0, Math.min(255, (samples[index] & 0xff) + value));
  }

  private static int clip(int value) {
    return Math.max(-128, Math.min(127, value));
  }

  private int step(int p, int q) {
    return Math.abs(get(p) - get(q));
  }

  private boolean edgeIsFlat(int q, int limit) {
    return 4 * step(q - across, q) + step(q - 2 * across, q + across) <= limit;
  }

  private void simple(int q, int limit) {
    if (edgeIsFlat(q, limit)) {
      narrow(q);
    }
  }

  private void normal(int q, int limit, int interior, int variance, boolean outer) {
    if (!edgeIsFlat(q, limit)) {
      return;
    }
    for (int i = 1; i <= 3; i++) {
      if (step(q - (i + 1) * across, q - i * across) > interior
          || step(q + i * across, q + (i - 1) * across) > interior) {
        return;
      }
    }
    if (step(q - 2 * across, q - across) > variance || step(q + across, q) > variance) {
      narrow(q);
    } else if (outer) {
      wide(q);
    } else {
      medium(q);
    }
  }

  private int difference(int q) {
    return 3 * (get(q) - get(q - across));
  }

  private int outerDifference(int q) {
    return clip(get(q - 2 * across) - get(q + across));
  }

  /** Changes one sample on either side. */
  private void narrow(int q) {
    int a = difference(q) + outerDifference(q);
    int down = clip(a + 4) >> 3;
    int up = clip(a + 3) >> 3;
    add(q - across, up);
    add(q, -down);
  }

  /** Changes two samples on either side. */
  private void medium(int q) {
    int a = difference(q);
    int down = clip(a + 4) >> 3;
    int up = clip(a + 3) >> 3;
    int half = down + 1 >> 1;
    add(q - 2 * across, half);
    add(q - across, up);
    add(q, -down);
    add(q + across, -half);
  }

  /** Changes three samples on either side. */
  private void wide(int q) {
    int a = clip(difference(q) + outerDifference(q));
    for (int i = 0; i < 3; i++) {
      int change = (27 - 9 * i) * a + 63 >> 7;
      add(q - (i + 1) * across, change);
      add(q + i * across, -change);
    }
  }
}
