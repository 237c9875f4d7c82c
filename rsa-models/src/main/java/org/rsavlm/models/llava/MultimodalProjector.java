package org.rsavlm.models.llava;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import org.rsavlm.core.torch.TorchScript;
import org.rsavlm.models.nn.NamedBlock;
import org.rsavlm.models.nn.WeightInit;

/**
 * LLaVA's {@code mlp2x_gelu} projector from vision features to token embeddings, with the learned
 * {@code image_newline} that AnyRes appends to each row of a tiled image.
 *
 * <p>As a DJL block it takes features [B, P, dv] and returns [B, P, d].
 */
public final class MultimodalProjector extends NamedBlock {

  private static final String PREFIX = "multi_modal_projector.";
  private static final String NEWLINE = "image_newline";

  private final int hiddenSize;
  private final boolean bias;
  private final TorchScript script = TorchScript.load(MultimodalProjector.class, "vlm.py");

  /**
   * Declares the parameters.
   *
   * @param visionSize dv
   * @param hiddenSize d
   */
  public MultimodalProjector(int visionSize, int hiddenSize) {
    this(visionSize, hiddenSize, true);
  }

  /**
   * Declares the parameters.
   *
   * @param visionSize dv
   * @param hiddenSize d
   * @param bias whether both layers have biases, as LLaVA's have
   */
  public MultimodalProjector(int visionSize, int hiddenSize, boolean bias) {
    this.hiddenSize = hiddenSize;
    this.bias = bias;
    WeightInit first = WeightInit.linearDefault(visionSize);
    WeightInit second = WeightInit.linearDefault(hiddenSize);
    declare(PREFIX + "linear_1.weight", first, hiddenSize, visionSize);
    if (bias) {
      declare(PREFIX + "linear_1.bias", first, hiddenSize);
    }
    declare(PREFIX + "linear_2.weight", second, hiddenSize, hiddenSize);
    if (bias) {
      declare(PREFIX + "linear_2.bias", second, hiddenSize);
    }
    declare(NEWLINE, WeightInit.normal(1 / Math.sqrt(hiddenSize)), hiddenSize);
  }

  /** Tells whether a parameter is the newline embedding. */
  public static boolean isImageNewline(String name) {
    return name.equals(NEWLINE);
  }

  /** Returns the newline embedding, [d]. */
  public NDArray imageNewline() {
    return weight(NEWLINE);
  }

  /**
   * Projects features.
   *
   * @param features [B, P, dv]
   * @return [B, P, d]
   */
  public NDArray project(NDManager manager, NDArray features) {
    if (!bias) {
      return script
          .call(
              manager,
              "project_without_bias",
              features,
              weight(PREFIX + "linear_1.weight"),
              weight(PREFIX + "linear_2.weight"))
          .singletonOrThrow();
    }
    return script
        .call(
            manager,
            "project",
            features,
            weight(PREFIX + "linear_1.weight"),
            weight(PREFIX + "linear_1.bias"),
            weight(PREFIX + "linear_2.weight"),
            weight(PREFIX + "linear_2.bias"))
        .singletonOrThrow();
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore parameterStore,
      NDList inputs,
      boolean training,
      PairList<String, Object> params) {
    NDArray features = inputs.get(0);
    return new NDList(project(features.getManager(), features));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    Shape features = inputShapes[0];
    return new Shape[] {new Shape(features.get(0), features.get(1), hiddenSize)};
  }
}
