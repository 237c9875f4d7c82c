package org.rsavlm.models.image;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/**
 * High-resolution input as LLaVA-OneVision does it (AnyRes): the whole image stretched to one tile
 * (the <em>base image</em>), followed by the image fitted onto the best of some canvases and cut
 * into tiles. Every tile passes the vision tower on its own; {@link AnyResLayout} says how their
 * features are joined.
 *
 * @param tileSize side of a tile in pixels, which is the input size of the vision tower
 * @param side side of a tile's feature grid, such as 27
 * @param resolutions the canvases, whole tiles in both directions; of equally good ones the first
 *     listed is taken
 * @param maxTiles the tiles' features are reduced to about as many as this number of tiles has
 *     (LLaVA's {@code anyres_max_N}); 0 for no reduction
 * @param rounding whose arithmetic cuts off the padding
 */
public record AnyRes(
    int tileSize, int side, List<Resolution> resolutions, int maxTiles, Rounding rounding) {

  /** How the size of the unpadded region is rounded; the two differ by a row now and then. */
  public enum Rounding {
    /** Cut off to a whole number, as LLaVA does. */
    LLAVA,
    /** Rounded to seven digits first, then cut off, as transformers does. */
    HUGGING_FACE;

    int toInt(double value) {
      return this == LLAVA
          ? (int) value
          : new BigDecimal(value).setScale(7, RoundingMode.HALF_EVEN).intValue();
    }
  }

  /** The feature grid shrinks only where it is too large by more than this factor a side. */
  private static final double TOLERANCE = 1.1;

  /** Checks the values. */
  public AnyRes {
    if (tileSize < 1 || side < 1 || side > tileSize) {
      throw new IllegalArgumentException(
          "tile of %d pixels with %d x %d features".formatted(tileSize, side, side));
    }
    resolutions = List.copyOf(resolutions);
    if (resolutions.isEmpty()) {
      throw new IllegalArgumentException("no resolutions; at least one is needed");
    }
    for (Resolution r : resolutions) {
      if (r.width() < 1
          || r.height() < 1
          || r.width() % tileSize != 0
          || r.height() % tileSize != 0) {
        throw new IllegalArgumentException(
            "resolution %s; both must be multiples of the tile size %d".formatted(r, tileSize));
      }
    }
    if (maxTiles < 0) {
      throw new IllegalArgumentException("max tiles " + maxTiles + "; 0 or more is needed");
    }
  }

  /**
   * Returns the canvas that keeps most of an image's pixels; then the one with the least left over.
   */
  Resolution best(int width, int height) {
    Resolution best = resolutions.get(0);
    long bestKept = -1;
    long bestWaste = Long.MAX_VALUE;
    for (Resolution r : resolutions) {
      double scale = Math.min((double) r.width() / width, (double) r.height() / height);
      long scaled = (long) (width * scale) * (long) (height * scale);
      long kept = Math.min(scaled, (long) width * height);
      long waste = (long) r.width() * r.height() - kept;
      if (kept > bestKept || kept == bestKept && waste < bestWaste) {
        best = r;
        bestKept = kept;
        bestWaste = waste;
      }
    }
    return best;
  }

  /**
   * Returns the images for the vision tower.
   *
   * @param image an image of any size
   * @param resampler the filter for resizing
   * @return the base image, then the tiles row by row, all of tileSize x tileSize pixels
   */
  public List<RgbImage> tiles(RgbImage image, Resampler resampler) {
    List<RgbImage> tiles = new ArrayList<>();
    tiles.add(resampler.resize(image, tileSize, tileSize));
    Resolution canvas = best(image.width(), image.height());
    RgbImage fitted = fit(image, canvas, resampler);
    for (int y = 0; y < canvas.height(); y += tileSize) {
      for (int x = 0; x < canvas.width(); x += tileSize) {
        tiles.add(fitted.crop(x, y, tileSize, tileSize));
      }
    }
    return tiles;
  }

  /** Resizes as large as the canvas allows, keeping the aspect, and centres on black. */
  private static RgbImage fit(RgbImage image, Resolution canvas, Resampler resampler) {
    double scaleX = (double) canvas.width() / image.width();
    double scaleY = (double) canvas.height() / image.height();
    int width = canvas.width();
    int height = canvas.height();
    if (scaleX < scaleY) {
      height = Math.min((int) Math.ceil(image.height() * scaleX), height);
    } else {
      width = Math.min((int) Math.ceil(image.width() * scaleY), width);
    }
    RgbImage resized = resampler.resize(image, width, height);
    RgbImage fitted = RgbImage.filled(canvas.width(), canvas.height(), 0, 0, 0);
    fitted.paste(resized, (canvas.width() - width) / 2, (canvas.height() - height) / 2);
    return fitted;
  }

  /**
   * Returns the input values of the base image and the tiles.
   *
   * @param image an image of any size
   * @param processor normalises and resizes; its size must be the tile size
   * @return as {@link #tiles} orders them, each 3 x tileSize x tileSize values
   */
  public List<float[]> pixelValues(RgbImage image, ImageProcessor processor) {
    if (processor.size() != tileSize) {
      throw new IllegalArgumentException(
          "processor of size " + processor.size() + " for tiles of size " + tileSize);
    }
    return tiles(image, processor.resampler()).stream().map(processor::pixelValues).toList();
  }

  /**
   * Returns how the features of an image of this size are joined.
   *
   * @param width width of the original image in pixels
   * @param height height of the original image in pixels
   * @return the layout, which gives the number of tokens too
   */
  public AnyResLayout layout(int width, int height) {
    Resolution canvas = best(width, height);
    int columns = canvas.width() / tileSize;
    int rows = canvas.height() / tileSize;
    int gridWidth = columns * side;
    int gridHeight = rows * side;
    int left = 0;
    int top = 0;
    if ((double) width / height > (double) gridWidth / gridHeight) {
      top = (gridHeight - rounding.toInt(height * ((double) gridWidth / width))) / 2;
    } else {
      left = (gridWidth - rounding.toInt(width * ((double) gridHeight / height))) / 2;
    }
    int keptWidth = gridWidth - 2 * left;
    int keptHeight = gridHeight - 2 * top;
    double excess = excess(keptWidth, keptHeight);
    boolean reduce = excess > TOLERANCE;
    return new AnyResLayout(
        side,
        columns,
        rows,
        left,
        top,
        keptWidth,
        keptHeight,
        reduce ? floorDivide(keptWidth, excess) : keptWidth,
        reduce ? floorDivide(keptHeight, excess) : keptHeight,
        true);
  }

  private double excess(int width, int height) {
    long allowed = (long) maxTiles * side * side;
    return maxTiles == 0 ? 1 : Math.sqrt((double) ((long) height * width) / allowed);
  }

  /** Python's floor division of floats, which a plain division and floor misses by one at times. */
  private static int floorDivide(int dividend, double divisor) {
    return (int) Math.rint((dividend - dividend % divisor) / divisor);
  }
}
