package org.rsavlm.models.generation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.rsavlm.models.image.ImageTiles;
import org.rsavlm.models.llava.ImageFeatures;
import org.rsavlm.models.llava.VisionLanguageModel;
import org.rsavlm.models.nn.LayerVisitor;

/** Runs images through tower and projector, a few tiles at a time. */
final class ImageTokens {

  /** Tiles in one pass: enough to fill a device, little enough for its memory. */
  private static final int AT_ONCE = 8;

  private ImageTokens() {}

  /**
   * Returns the tokens of images.
   *
   * @param owner owns the results
   * @param images each tile 3 x side x side values
   * @return for each image [n, d]
   */
  static List<NDArray> of(NDManager owner, VisionLanguageModel model, List<ImageTiles> images) {
    int side = model.config().vision().imageSize();
    int needed = 3 * side * side;
    List<float[]> tiles = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      for (float[] tile : images.get(i).pixels()) {
        if (tile.length != needed) {
          throw new IllegalArgumentException(
              "image %d has %d values; the model takes 3 x %d x %d = %d"
                  .formatted(i, tile.length, side, side, needed));
        }
        tiles.add(tile);
      }
    }
    try (NDManager scratch = owner.newSubManager()) {
      List<NDArray> projected = new ArrayList<>();
      for (int from = 0; from < tiles.size(); from += AT_ONCE) {
        List<float[]> part = tiles.subList(from, Math.min(from + AT_ONCE, tiles.size()));
        projected.add(project(scratch, model, part));
      }
      return ImageFeatures.packEach(
          owner,
          projected,
          model.projector().imageNewline(),
          images.stream().map(ImageTiles::layout).toList());
    }
  }

  private static NDArray project(NDManager owner, VisionLanguageModel model, List<float[]> tiles) {
    try (NDManager scratch = owner.newSubManager()) {
      NDArray features = model.vision().encodeImages(scratch, tiles, LayerVisitor.NONE);
      return model.projector().project(owner, features);
    }
  }
}
