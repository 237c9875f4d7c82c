package org.rsavlm.models.image;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the pictures of a sample become what the vision tower reads, as LLaVA-OneVision does it.
 *
 * <p>Without AnyRes every picture is its base image alone. With AnyRes the only picture of a sample
 * is its base image and tiles; of several, each is centred on a square of the mean colour (LLaVA's
 * {@code pad} mode), has no tiles, and one newline vector at its end.
 *
 * <p>Immutable; safe for many threads.
 */
public final class ImageTiler {

  private final ImageProcessor processor;
  private final int side;
  private final @Nullable AnyRes anyRes;

  private ImageTiler(ImageProcessor processor, int side, @Nullable AnyRes anyRes) {
    this.processor = processor;
    this.side = side;
    this.anyRes = anyRes;
  }

  /**
   * Returns a tiler of base images alone (LLaVA's {@code flat} merge, used in Stage-1).
   *
   * @param processor from decoded images to pixels
   * @param side side of the tower's feature grid, such as 27
   */
  public static ImageTiler flat(ImageProcessor processor, int side) {
    return new ImageTiler(processor, side, null);
  }

  /**
   * Returns a tiler of base images with tiles.
   *
   * @param processor from decoded images to pixels; its size must be the tile size
   * @param anyRes the canvases
   */
  public static ImageTiler anyRes(ImageProcessor processor, AnyRes anyRes) {
    if (processor.size() != anyRes.tileSize()) {
      throw new IllegalArgumentException(
          "processor of size " + processor.size() + " for tiles of size " + anyRes.tileSize());
    }
    return new ImageTiler(processor, anyRes.side(), anyRes);
  }

  /** Returns the processing of one tile. */
  public ImageProcessor processor() {
    return processor;
  }

  /** Returns the number of tokens that every picture takes at least. */
  public int fewestTokens() {
    return side * side;
  }

  /**
   * Returns how the features of a picture are joined, without looking at its pixels.
   *
   * @param width width of the picture
   * @param height height of the picture
   * @param pictures how many pictures its sample has
   */
  public AnyResLayout layout(int width, int height, int pictures) {
    if (anyRes == null) {
      return AnyResLayout.flat(side);
    }
    return pictures > 1 ? AnyResLayout.single(side) : anyRes.layout(width, height);
  }

  /**
   * Makes a picture ready.
   *
   * @param image of any size
   * @param pictures how many pictures its sample has
   */
  public ImageTiles tiles(RgbImage image, int pictures) {
    AnyResLayout layout = layout(image.width(), image.height(), pictures);
    if (anyRes == null) {
      return new ImageTiles(List.of(processor.pixelValues(image)), layout);
    }
    return new ImageTiles(
        pictures > 1
            ? List.of(processor.pixelValues(processor.padToSquare(image)))
            : anyRes.pixelValues(image, processor),
        layout);
  }
}
