package org.rsavlm.models.image;

/**
 * Where the features of an image's tiles end up in the token sequence.
 *
 * <p>Each image that passes the vision tower gives side x side features, row-major. The sequence
 * for one picture is
 *
 * <ol>
 *   <li>the side² features of the base image, as they are;
 *   <li>the grid, if there is one: the other tiles' features are put together to one map of {@code
 *       rows * side} by {@code columns * side}; of it the region at ({@link #left}, {@link #top})
 *       of {@link #keptWidth} x {@link #keptHeight} is kept (the rest saw only padding); if {@link
 *       #reduced} it is resized to {@link #width} x {@link #height} (bilinear, corners not aligned,
 *       no antialiasing); and a newline vector follows each of its rows;
 *   <li>or, without a grid, one newline vector, if {@link #newlines}.
 * </ol>
 *
 * @param side side of one tile's feature grid
 * @param columns tiles across, 0 without a grid
 * @param rows tiles down, 0 without a grid
 * @param left feature columns cut off on the left (and on the right)
 * @param top feature rows cut off at the top (and at the bottom)
 * @param keptWidth width of the region kept, in features
 * @param keptHeight height of the region kept, in features
 * @param width width of the grid in the sequence, without the newline
 * @param height height of the grid in the sequence
 * @param newlines whether newline vectors are inserted
 */
public record AnyResLayout(
    int side,
    int columns,
    int rows,
    int left,
    int top,
    int keptWidth,
    int keptHeight,
    int width,
    int height,
    boolean newlines) {

  /** Checks that the region lies in the grid. */
  public AnyResLayout {
    if (side < 1
        || columns < 0
        || rows < 0
        || (columns == 0) != (rows == 0)
        || left < 0
        || top < 0
        || keptWidth < 0
        || keptHeight < 0
        || left + keptWidth > columns * side
        || top + keptHeight > rows * side
        || width > keptWidth
        || height > keptHeight) {
      throw new IllegalArgumentException(
          "region of %d x %d at (%d, %d), resized to %d x %d, in %d x %d tiles of %d x %d features"
              .formatted(
                  keptWidth, keptHeight, left, top, width, height, columns, rows, side, side));
    }
  }

  /**
   * Returns a base image alone, with nothing after it (LLaVA's {@code flat} merge, used in
   * Stage-1).
   *
   * @param side side of the feature grid
   * @return a layout of side² tokens
   */
  public static AnyResLayout flat(int side) {
    return new AnyResLayout(side, 0, 0, 0, 0, 0, 0, 0, 0, false);
  }

  /**
   * Returns one image without tiles, with one newline at its end: what each of several images of a
   * sample becomes.
   *
   * @param side side of the feature grid
   * @return a layout of side² + 1 tokens
   */
  public static AnyResLayout single(int side) {
    return new AnyResLayout(side, 0, 0, 0, 0, 0, 0, 0, 0, true);
  }

  /** Tells whether tiles follow the base image. */
  public boolean hasGrid() {
    return columns > 0;
  }

  /** Returns the number of images that pass the vision tower: the base image and the tiles. */
  public int tiles() {
    return 1 + columns * rows;
  }

  /** Returns the number of tokens of the base image, which come first. */
  public int baseTokens() {
    return side * side;
  }

  /** Returns the number of tokens of the whole picture, newlines included. */
  public int tokens() {
    return baseTokens() + newlineCount() + width * height;
  }

  private int newlineCount() {
    if (!newlines) {
      return 0;
    }
    return hasGrid() ? height : 1;
  }
}
