package org.rsavlm.models.llava;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.stream.LongStream;
import org.rsavlm.core.torch.TorchScript;
import org.rsavlm.models.image.AnyResLayout;

/**
 * Joins the projected features of an image's tiles to the tokens that stand for it in the language
 * model's sequence, as {@link AnyResLayout} describes ({@code pack_image_features} in Hugging
 * Face's {@code llava_onevision}, the {@code spatial_unpad} merge in LLaVA-NeXT).
 *
 * <p>Differentiable in the features and in the newline vector.
 */
public final class ImageFeatures {

  private static final TorchScript SCRIPT =
      TorchScript.load(ImageFeatures.class, "image_features.py");

  private ImageFeatures() {}

  /**
   * Returns the tokens of all images, one after the other.
   *
   * @param projected [T, P, d], P features of each of the T tiles, in order of images and tiles
   * @param newline [d], the projector's {@code image_newline}, of the same type
   * @param layouts one for each image; their tiles are T together
   * @return [I, d], where image i has {@link AnyResLayout#tokens} rows
   * @throws IllegalArgumentException if tiles and layouts do not fit
   */
  public static NDArray pack(
      NDManager manager, NDArray projected, NDArray newline, List<AnyResLayout> layouts) {
    check(List.of(projected), layouts);
    if (layouts.stream().allMatch(layout -> !layout.hasGrid() && !layout.newlines())) {
      NDArray flat = projected.reshape(-1, projected.getShape().get(2));
      flat.attach(manager);
      return flat;
    }
    return SCRIPT
        .call(manager, "pack", List.of(projected), newline, numbers(layouts))
        .singletonOrThrow();
  }

  /**
   * As {@link #pack}, with each image's tokens apart.
   *
   * @param projected parts [t, P, d] of the tiles' features, T tiles together
   * @return for each image its tokens, [n, d]
   */
  public static NDList packEach(
      NDManager manager, List<NDArray> projected, NDArray newline, List<AnyResLayout> layouts) {
    check(projected, layouts);
    return layouts.isEmpty()
        ? new NDList()
        : SCRIPT.call(manager, "pack_each", projected, newline, numbers(layouts));
  }

  private static void check(List<NDArray> projected, List<AnyResLayout> layouts) {
    long tiles = projected.stream().mapToLong(part -> part.getShape().get(0)).sum();
    int wanted = layouts.stream().mapToInt(AnyResLayout::tiles).sum();
    if (tiles != wanted) {
      throw new IllegalArgumentException(
          "features of " + tiles + " tiles for layouts of " + wanted);
    }
    for (NDArray part : projected) {
      for (AnyResLayout layout : layouts) {
        if (part.getShape().get(1) != layout.baseTokens()) {
          throw new IllegalArgumentException(
              part.getShape().get(1) + " features a tile for layouts of " + layout.baseTokens());
        }
      }
    }
  }

  /** The layouts as the script reads them, ten numbers each. */
  private static long[] numbers(List<AnyResLayout> layouts) {
    return layouts.stream()
        .flatMapToLong(
            l ->
                LongStream.of(
                    l.side(),
                    l.columns(),
                    l.rows(),
                    l.left(),
                    l.top(),
                    l.keptWidth(),
                    l.keptHeight(),
                    l.width(),
                    l.height(),
                    l.newlines() ? 1 : 0))
        .toArray();
  }
}
