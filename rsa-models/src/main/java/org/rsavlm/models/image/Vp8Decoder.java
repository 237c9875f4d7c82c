package org.rsavlm.models.image;

import java.io.IOException;
import java.util.Arrays;

/**
 * The VP8 key frame inside a lossy WebP file, after RFC 6386 and with the pixels of libwebp. A
 * frame is cut into macroblocks of 16 x 16 pixels; each is predicted from its neighbours above and
 * to the left, corrected by coefficients, and in the end the edges between blocks are smoothed.
 */
final class Vp8Decoder {

  /** The tree of sub-block modes: after each bit the next node, or a mode as its complement. */
  private static final int[] MODE_TREE = {
    ~Vp8Predictor.DC,
    2,
    ~Vp8Predictor.TRUE_MOTION,
    4,
    ~Vp8Predictor.VERTICAL,
    6,
    8,
    12,
    ~Vp8Predictor.HORIZONTAL,
    10,
    ~Vp8Predictor.RIGHT_DOWN,
    ~Vp8Predictor.VERTICAL_RIGHT,
    ~Vp8Predictor.LEFT_DOWN,
    14,
    ~Vp8Predictor.VERTICAL_LEFT,
    16,
    ~Vp8Predictor.HORIZONTAL_DOWN,
    ~Vp8Predictor.HORIZONTAL_UP
  };

  private static final int BY_SUB_BLOCKS = -1;

  private final Vp8Header header;
  private final int columns;
  private final int rows;
  private final Vp8Plane[] planes;
  private final Vp8Residuals residuals;
  private final int[] modesAbove;
  private final int[] modesLeft = new int[4];
  private final int[] subModes = new int[16];
  private final int[] edge = new int[13];

  /** Filter level of each macroblock, and whether its inner edges are filtered. */
  private final byte[] filterLevels;

  private final boolean[] filterInner;

  private Vp8Decoder(byte[] bytes, int start, int end) throws IOException {
    header = new Vp8Header(bytes, start, end);
    columns = (header.width + 15) / 16;
    rows = (header.height + 15) / 16;
    planes =
        new Vp8Plane[] {
          new Vp8Plane(columns * 16, rows * 16),
          new Vp8Plane(columns * 8, rows * 8),
          new Vp8Plane(columns * 8, rows * 8)
        };
    residuals = new Vp8Residuals(header.coefficients, columns);
    modesAbove = new int[columns * 4];
    filterLevels = new byte[columns * rows];
    filterInner = new boolean[columns * rows];
  }

  static RgbImage decode(byte[] bytes, int start, int end) throws IOException {
    Vp8Decoder decoder = new Vp8Decoder(bytes, start, end);
    decoder.reconstruct();
    if (decoder.header.filtered) {
      decoder.filter();
    }
    return Vp8ToRgb.convert(decoder.planes, decoder.header.width, decoder.header.height);
  }

  private void reconstruct() throws IOException {
    for (int row = 0; row < rows; row++) {
      Vp8Bits tokens = header.partitions[row % header.partitions.length];
      residuals.startRow();
      Arrays.fill(modesLeft, Vp8Predictor.DC);
      for (int column = 0; column < columns; column++) {
        macroblock(tokens, column, row);
      }
      header.modes.checkEnd();
      tokens.checkEnd();
    }
  }

  private void macroblock(Vp8Bits tokens, int column, int row) {
    Vp8Bits bits = header.modes;
    int segment = header.segmentMap ? readSegment(bits) : 0;
    boolean skipped = header.skipProbability >= 0 && bits.bit(header.skipProbability) != 0;
    int lumaMode = readLumaMode(bits, column);
    boolean subBlocks = lumaMode == BY_SUB_BLOCKS;
    int chromaMode = readChromaMode(bits);

    boolean any = false;
    if (skipped) {
      residuals.skip(column, subBlocks);
    } else {
      any = residuals.read(tokens, column, subBlocks, header.steps[segment]);
    }
    filterLevels[row * columns + column] = (byte) header.filterLevels[segment][subBlocks ? 1 : 0];
    filterInner[row * columns + column] = subBlocks || any;

    if (subBlocks) {
      predictSubBlocks(column, row);
    } else {
      Vp8Predictor.square(planes[0], column * 16, row * 16, 16, lumaMode);
      for (int b = 0; b < 16; b++) {
        addResidual(planes[0], b, column * 16 + (b & 3) * 4, row * 16 + (b >> 2) * 4);
      }
    }
    for (int p = 1; p <= 2; p++) {
      Vp8Predictor.square(planes[p], column * 8, row * 8, 8, chromaMode);
      for (int b = 0; b < 4; b++) {
        int block = 12 + 4 * p + b;
        addResidual(planes[p], block, column * 8 + (b & 1) * 4, row * 8 + (b >> 1) * 4);
      }
    }
  }

  private int readSegment(Vp8Bits bits) {
    int[] p = header.segmentProbabilities;
    return bits.bit(p[0]) == 0 ? bits.bit(p[1]) : 2 + bits.bit(p[2]);
  }

  private int readLumaMode(Vp8Bits bits, int column) {
    if (bits.bit(145) == 0) {
      readSubModes(bits, column);
      return BY_SUB_BLOCKS;
    }
    int mode;
    if (bits.bit(156) == 0) {
      mode = bits.bit(163) == 0 ? Vp8Predictor.DC : Vp8Predictor.VERTICAL;
    } else {
      mode = bits.bit(128) == 0 ? Vp8Predictor.HORIZONTAL : Vp8Predictor.TRUE_MOTION;
    }
    Arrays.fill(modesAbove, column * 4, column * 4 + 4, mode);
    Arrays.fill(modesLeft, mode);
    return mode;
  }

  private void readSubModes(Vp8Bits bits, int column) {
    for (int b = 0; b < 16; b++) {
      int x = column * 4 + (b & 3);
      int y = b >> 2;
      int p = (modesAbove[x] * 10 + modesLeft[y]) * 9;
      int node = 0;
      do {
        node = MODE_TREE[node + bits.bit(Vp8Tables.SUBBLOCK_MODES[p + (node >> 1)])];
      } while (node > 0);
      subModes[b] = ~node;
      modesAbove[x] = ~node;
      modesLeft[y] = ~node;
    }
  }

  private static int readChromaMode(Vp8Bits bits) {
    if (bits.bit(142) == 0) {
      return Vp8Predictor.DC;
    }
    if (bits.bit(114) == 0) {
      return Vp8Predictor.VERTICAL;
    }
    return bits.bit(183) == 0 ? Vp8Predictor.HORIZONTAL : Vp8Predictor.TRUE_MOTION;
  }

  private void predictSubBlocks(int column, int row) {
    Vp8Plane luma = planes[0];
    int corner = luma.at(column * 16, row * 16);
    // What is to the upper right of the macroblock serves all four blocks on its right side.
    int right = corner - luma.stride + 16;
    boolean last = row > 0 && column == columns - 1;
    for (int b = 0; b < 16; b++) {
      int x = (b & 3) * 4;
      int y = (b >> 2) * 4;
      int at = corner + y * luma.stride + x;
      for (int i = 0; i < 4; i++) {
        edge[i] = luma.get(at + (3 - i) * luma.stride - 1);
      }
      for (int i = 0; i < 5; i++) {
        edge[4 + i] = luma.get(at - luma.stride - 1 + i);
      }
      for (int i = 0; i < 4; i++) {
        int index = x < 12 ? at - luma.stride + 4 + i : last ? right - 1 : right + i;
        edge[9 + i] = luma.get(index);
      }
      Vp8Predictor.subBlock(luma, at, subModes[b], edge);
      addResidual(luma, b, column * 16 + x, row * 16 + y);
    }
  }

  private void addResidual(Vp8Plane plane, int block, int x, int y) {
    int from = block * 16;
    for (int i = from; i < from + 16; i++) {
      if (residuals.coefficients[i] != 0) {
        Vp8Transform.addInverseCosine(residuals.coefficients, from, plane, plane.at(x, y));
        return;
      }
    }
  }

  private void filter() {
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        int i = row * columns + column;
        if (filterLevels[i] > 0) {
          Vp8LoopFilter.macroblock(planes, column, row, header, filterLevels[i], filterInner[i]);
        }
      }
    }
  }
}
