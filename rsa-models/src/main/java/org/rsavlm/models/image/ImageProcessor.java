package org.rsavlm.models.image;

import java.util.List;

/**
 * Turns an image into the input of a vision tower: resized to a square without keeping the aspect,
 * scaled, normalised, channels first. The numbers equal those of Hugging Face's {@code
 * SiglipImageProcessor} with the Pillow backend bit by bit; {@code LlavaOnevisionImageProcessor} is
 * this plus {@link AnyRes}.
 *
 * @param size side of the output in pixels
 * @param resampler filter for resizing
 * @param rescaleFactor what a sample of 0 to 255 is multiplied with first, 1/255 as a rule
 * @param mean what is then subtracted, a value a channel
 * @param std what is then divided by, a positive value a channel
 */
public record ImageProcessor(
    int size, Resampler resampler, double rescaleFactor, List<Double> mean, List<Double> std) {

  private static final int MAX_SIZE = 8192;

  /** Checks the values. */
  public ImageProcessor {
    if (size < 1 || size > MAX_SIZE) {
      throw new IllegalArgumentException("size " + size + "; allowed are 1 to " + MAX_SIZE);
    }
    if (!(rescaleFactor > 0 && rescaleFactor < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "rescale_factor " + rescaleFactor + "; must be positive and finite");
    }
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    if (mean.size() != 3 || !mean.stream().allMatch(Double::isFinite)) {
      throw new IllegalArgumentException("image_mean " + mean + "; must be three finite numbers");
    }
    if (std.size() != 3 || !std.stream().allMatch(s -> Double.isFinite(s) && s > 0)) {
      throw new IllegalArgumentException("image_std " + std + "; must be three positive numbers");
    }
  }

  /**
   * Returns SigLIP's processing: bicubic, mean and standard deviation 0.5, so values from -1 to 1.
   *
   * @param size side of the vision tower's input in pixels, such as 384
   * @return the processor
   */
  public static ImageProcessor siglip(int size) {
    List<Double> half = List.of(0.5, 0.5, 0.5);
    return new ImageProcessor(size, Resampler.BICUBIC, 1.0 / 255, half, half);
  }

  /**
   * Returns the input values for one image.
   *
   * @param image the image, of any size
   * @return 3 x size x size values: red, green and blue plane, each row-major
   */
  public float[] pixelValues(RgbImage image) {
    byte[] rgb = resampler.resize(image, size, size).rgb();
    float[][] tables = {table(0), table(1), table(2)};
    int plane = size * size;
    float[] values = new float[3 * plane];
    for (int c = 0; c < 3; c++) {
      float[] table = tables[c];
      for (int i = 0, from = c, to = c * plane; i < plane; i++, from += 3, to++) {
        values[to] = table[rgb[from] & 0xff];
      }
    }
    return values;
  }

  /** What becomes of each of the 256 samples; rounds where the reference does. */
  private float[] table(int channel) {
    float m = mean.get(channel).floatValue();
    float s = std.get(channel).floatValue();
    float[] table = new float[256];
    for (int i = 0; i < 256; i++) {
      table[i] = ((float) (i * rescaleFactor) - m) / s;
    }
    return table;
  }

  /**
   * Centres an image on a square of the mean colour (LLaVA's {@code pad} mode, used for samples of
   * several images).
   *
   * @param image the image
   * @return a square image of the longer side; the same object if it is square already
   */
  public RgbImage padToSquare(RgbImage image) {
    int side = Math.max(image.width(), image.height());
    if (image.width() == image.height()) {
      return image;
    }
    RgbImage square = RgbImage.filled(side, side, grey(0), grey(1), grey(2));
    square.paste(image, (side - image.width()) / 2, (side - image.height()) / 2);
    return square;
  }

  private int grey(int channel) {
    return Math.max(0, Math.min(255, (int) (mean.get(channel) * 255)));
  }
}
