package org.rsavlm.models.image;

import java.util.List;

/**
 * One picture ready for the vision tower.
 *
 * @param pixels values of the base image, then of the tiles row by row, each 3 x side x side
 * @param layout how the tower's features of them join the token sequence
 */
public record ImageTiles(List<float[]> pixels, AnyResLayout layout) {

  /** Copies the list, not the values, and checks that there are as many as the layout has. */
  public ImageTiles {
    pixels = List.copyOf(pixels);
    if (pixels.size() != layout.tiles()) {
      throw new IllegalArgumentException(
          pixels.size() + " tiles for a layout of " + layout.tiles());
    }
  }

  /**
   * Returns a base image alone, with nothing after it.
   *
   * @param pixels its values
   * @param side side of its feature grid
   */
  public static ImageTiles flat(float[] pixels, int side) {
    return new ImageTiles(List.of(pixels), AnyResLayout.flat(side));
  }

  /** Returns the values of the whole picture stretched to one tile. */
  public float[] base() {
    return pixels.get(0);
  }

  /** Returns the number of tokens in the sequence. */
  public int tokens() {
    return layout.tokens();
  }
}
