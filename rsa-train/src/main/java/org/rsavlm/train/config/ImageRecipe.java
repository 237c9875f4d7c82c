package org.rsavlm.train.config;

import java.util.List;

/**
 * How an image becomes tiles. Without grids it is the whole image at the encoder's size alone; with
 * grids (AnyRes) it is that base image followed by the tiles of the grid that fits best.
 *
 * @param grids the shapes allowed; where several fit equally, the first listed is taken
 * @param maxTiles tokens of the grid are reduced (bilinear) to at most what so many tiles give; 0
 *     for no reduction
 */
public record ImageRecipe(@Default("[]") List<Grid> grids, @Default("0") int maxTiles) {

  /** Checks that a limit has something to limit. */
  public ImageRecipe {
    grids = List.copyOf(grids);
    Check.atLeast("max_tiles", maxTiles, 0);
    if (maxTiles > 0 && grids.isEmpty()) {
      throw new InvalidValueException(
          "max_tiles", "is given without grids", "list the grids, or remove it");
    }
  }

  /** Whether images are cut into tiles beside the base image. */
  public boolean anyRes() {
    return !grids.isEmpty();
  }
}
