package org.rsavlm.models.image;

import java.util.Arrays;

/**
 * Resizes images with antialiasing, bit-equal to {@code Image.resize} of Pillow 13 on RGB images.
 *
 * <p>Every output sample is a weighted mean of the input samples under the filter's kernel. When an
 * image shrinks, the kernel is stretched by the ratio, so that every input pixel counts
 * (antialiasing; without it fine structure turns into false patterns). Width and height change one
 * after the other, each step rounding to 8 bits. Weights are fixed-point with 22 fraction bits,
 * which is where the exact agreement comes from.
 *
 * <p>Pillow up to 12 always changed the width first, which differs in the last bit here and there
 * where the height shrinks by more than the width.
 *
 * <p>The kernels: {@link #BILINEAR} is the triangle of half-width 1, {@link #BICUBIC} Keys' cubic
 * with a = -0.5 (half-width 2), {@link #LANCZOS} the sinc windowed by its first lobe (half-width
 * 3).
 */
public enum Resampler {
  /** Windowed sinc, half-width 3. */
  LANCZOS(1, 3) {
    @Override
    double kernel(double x) {
      return Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0;
    }
  },
  /** Triangle, half-width 1. */
  BILINEAR(2, 1) {
    @Override
    double kernel(double x) {
      return Math.max(0, 1 - Math.abs(x));
    }
  },
  /** Keys' cubic with a = -0.5, half-width 2. */
  BICUBIC(3, 2) {
    @Override
    double kernel(double x) {
      double t = Math.abs(x);
      if (t < 1) {
        return (1.5 * t - 2.5) * t * t + 1;
      }
      return t < 2 ? -0.5 * (((t - 5) * t + 8) * t - 4) : 0;
    }
  };

  private static final int FRACTION_BITS = 22;
  private static final int HALF = 1 << (FRACTION_BITS - 1);

  private final int code;
  private final double halfWidth;

  Resampler(int code, double halfWidth) {
    this.code = code;
    this.halfWidth = halfWidth;
  }

  /**
   * Returns the number that Pillow and Hugging Face's {@code preprocessor_config.json} use for this
   * filter.
   *
   * @return 1 Lanczos, 2 bilinear, 3 bicubic
   */
  public int code() {
    return code;
  }

  /** Returns the kernel at unit scale. */
  abstract double kernel(double x);

  private static double sinc(double x) {
    if (x == 0) {
      return 1;
    }
    double t = x * Math.PI;
    return Math.sin(t) / t;
  }

  /**
   * Resizes with this filter.
   *
   * @param image the image
   * @param width new width, at least 1
   * @param height new height, at least 1
   * @return the resized image; the same object if the size does not change
   */
  public RgbImage resize(RgbImage image, int width, int height) {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "cannot resize to " + width + " x " + height + " pixels; both must be at least 1");
    }
    if (width == image.width() && height == image.height()) {
      return image;
    }
    return resample(
        image, weights(image.width(), width), weights(image.height(), height), width, height);
  }

  /**
   * One sweep over the input rows, in which each is added to the output rows that it takes part in.
   * Only a few of those are open at a time, so memory stays small however long and thin an image
   * is. The change of width happens to the input rows on their way in, or to the output rows.
   */
  private static RgbImage resample(
      RgbImage image, Weights across, Weights down, int width, int height) {
    boolean columnsFirst = rowsLast(image, width, height);
    int[] input = new int[image.width() * 3];
    int[] narrowed = new int[width * 3];
    int[] line = columnsFirst ? narrowed : input;
    byte[] out = new byte[Math.multiplyExact(narrowed.length, height)];
    int[][] open = new int[down.mostOpen()][line.length];
    int firstOpen = 0;
    int opened = 0;
    for (int row = 0; row < image.height(); row++) {
      load(image, row, input);
      if (columnsFirst) {
        resampleRow(input, across, narrowed);
      }
      for (; opened < height && down.first[opened] <= row; opened++) {
        Arrays.fill(open[opened % open.length], HALF);
      }
      for (int y = firstOpen; y < opened; y++) {
        add(line, down.taps[y][row - down.first[y]], open[y % open.length]);
      }
      for (; firstOpen < opened && down.last(firstOpen) == row; firstOpen++) {
        int[] sums = open[firstOpen % open.length];
        for (int i = 0; i < sums.length; i++) {
          sums[i] = clamp(sums[i]);
        }
        if (!columnsFirst) {
          resampleRow(sums, across, narrowed);
        }
        store(columnsFirst ? sums : narrowed, out, firstOpen * narrowed.length);
      }
    }
    return new RgbImage(width, height, out);
  }

  /** Pillow's choice of the order since 13.0: rows first where they shrink by clearly more. */
  private static boolean rowsLast(RgbImage image, int width, int height) {
    int fewerRows = image.height() - height;
    int fewerColumns = image.width() - width;
    return fewerRows <= 0 || fewerRows <= 2L * fewerColumns;
  }

  private static void load(RgbImage image, int row, int[] line) {
    byte[] in = image.rgb();
    int start = row * line.length;
    for (int i = 0; i < line.length; i++) {
      line[i] = in[start + i] & 0xff;
    }
  }

  private static void store(int[] line, byte[] out, int to) {
    for (int i = 0; i < line.length; i++) {
      out[to + i] = (byte) line[i];
    }
  }

  private static void add(int[] line, int tap, int[] sums) {
    for (int i = 0; i < line.length; i++) {
      sums[i] += tap * line[i];
    }
  }

  private static void resampleRow(int[] in, Weights across, int[] out) {
    if (in.length == out.length) {
      System.arraycopy(in, 0, out, 0, in.length);
      return;
    }
    for (int x = 0; x < across.first.length; x++) {
      int from = across.first[x] * 3;
      int red = HALF;
      int green = HALF;
      int blue = HALF;
      for (int tap : across.taps[x]) {
        red += tap * in[from];
        green += tap * in[from + 1];
        blue += tap * in[from + 2];
        from += 3;
      }
      out[3 * x] = clamp(red);
      out[3 * x + 1] = clamp(green);
      out[3 * x + 2] = clamp(blue);
    }
  }

  private static int clamp(int sum) {
    return Math.max(0, Math.min(255, sum >> FRACTION_BITS));
  }

  /** For every output position the first input position and the weights from there on. */
  private record Weights(int[] first, int[][] taps) {

    int last(int position) {
      return first[position] + taps[position].length - 1;
    }

    /** Returns the largest number of output positions that share an input position. */
    int mostOpen() {
      int most = 1;
      int oldest = 0;
      for (int i = 0; i < first.length; i++) {
        while (last(oldest) < first[i]) {
          oldest++;
        }
        most = Math.max(most, i - oldest + 1);
      }
      return most;
    }
  }

  private Weights weights(int from, int to) {
    double scale = (double) from / to;
    double stretch = Math.max(scale, 1);
    double support = halfWidth * stretch;
    double step = 1 / stretch;
    int[] first = new int[to];
    int[][] taps = new int[to][];
    for (int i = 0; i < to; i++) {
      double centre = (i + 0.5) * scale;
      // Truncation towards zero, not floor, is what the reference does.
      int low = Math.max((int) (centre - support + 0.5), 0);
      int high = Math.min((int) (centre + support + 0.5), from);
      double[] exact = new double[high - low];
      double sum = 0;
      for (int k = 0; k < exact.length; k++) {
        exact[k] = kernel((k + low - centre + 0.5) * step);
        sum += exact[k];
      }
      first[i] = low;
      taps[i] = fixedPoint(exact, sum);
    }
    return new Weights(first, taps);
  }

  private static int[] fixedPoint(double[] exact, double sum) {
    int[] fixed = new int[exact.length];
    for (int k = 0; k < fixed.length; k++) {
      double weight = (sum == 0 ? exact[k] : exact[k] / sum) * (1 << FRACTION_BITS);
      fixed[k] = (int) (weight < 0 ? weight - 0.5 : weight + 0.5);
    }
    return fixed;
  }
}
