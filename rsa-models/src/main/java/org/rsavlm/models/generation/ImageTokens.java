package org.rsavlm.models.generation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.models.LayerRun;
import org.rsavlm.models.VisionLanguageModel;

/** Runs images through tower and projector, a few at a time. */
final class ImageTokens {

  /** Images in one pass: enough to fill a device, little enough for its memory. */
  private static final int AT_ONCE = 8;

  private ImageTokens() {}

  /**
   * The tokens of images.
   *
   * @param owner owns the results
   * @param pixels each 3 x side x side values
   * @return for each image [P, d]
   */
  static List<NDArray> of(NDManager owner, VisionLanguageModel model, List<float[]> pixels) {
    int side = model.config().vision().imageSize();
    int needed = 3 * side * side;
    for (int i = 0; i < pixels.size(); i++) {
      if (pixels.get(i).length != needed) {
        throw new IllegalArgumentException(
            "image "
                + i
                + " has "
                + pixels.get(i).length
                + " values; the model takes 3 x "
                + side
                + " x "
                + side
                + " = "
                + needed);
      }
    }
    List<NDArray> tokens = new ArrayList<>();
    for (int from = 0; from < pixels.size(); from += AT_ONCE) {
      List<float[]> part = pixels.subList(from, Math.min(from + AT_ONCE, pixels.size()));
      try (NDManager scratch = owner.newSubManager()) {
        NDArray projected = project(scratch, model, part, side);
        for (int i = 0; i < part.size(); i++) {
          NDArray one = projected.get(i);
          one.attach(owner);
          tokens.add(one);
        }
      }
    }
    return tokens;
  }

  private static NDArray project(
      NDManager scratch, VisionLanguageModel model, List<float[]> images, int side) {
    NDArray pixels =
        Tensors.cast(Tensors.stack(scratch, images, 3, side, side), model.vision().dtype());
    LayerRun run =
        new LayerRun(
            scratch,
            model.vision().encoder(),
            model.vision().embed(scratch, pixels),
            /* trainable= */ false,
            /* checkpointing= */ false);
    return model.projector().project(scratch, run.output());
  }
}
