package org.rsavlm.models.siglip;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.ArrayList;
import java.util.List;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchScript;
import org.rsavlm.models.nn.ImageEncoder;
import org.rsavlm.models.nn.LayerStack;
import org.rsavlm.models.nn.LayerVisitor;
import org.rsavlm.models.nn.NamedBlock;
import org.rsavlm.models.nn.SharedScripts;
import org.rsavlm.models.nn.WeightInit;

/**
 * The SigLIP vision transformer (Hugging Face: {@code SiglipVisionModel}).
 *
 * <p>What LLaVA feeds the projector, and what the RSA loss pools, is the last layer's output
 * <em>before</em> {@code post_layernorm}, of a tower whose 27th layer and pooling head were removed
 * (26 layers in the config). As a DJL block it takes pixels [B, 3, S, S] and returns these
 * features, [B, P, d].
 */
public final class SiglipVisionModel extends NamedBlock implements ImageEncoder {

  private static final String PREFIX = "vision_model.";
  private static final String[] LAYER_WEIGHTS = {
    "layer_norm1.weight",
    "layer_norm1.bias",
    "self_attn.q_proj.weight",
    "self_attn.q_proj.bias",
    "self_attn.k_proj.weight",
    "self_attn.k_proj.bias",
    "self_attn.v_proj.weight",
    "self_attn.v_proj.bias",
    "self_attn.out_proj.weight",
    "self_attn.out_proj.bias",
    "layer_norm2.weight",
    "layer_norm2.bias",
    "mlp.fc1.weight",
    "mlp.fc1.bias",
    "mlp.fc2.weight",
    "mlp.fc2.bias"
  };
  private static final String[] HEAD_WEIGHTS = {
    "probe",
    "attention.in_proj_weight",
    "attention.in_proj_bias",
    "attention.out_proj.weight",
    "attention.out_proj.bias",
    "layernorm.weight",
    "layernorm.bias",
    "mlp.fc1.weight",
    "mlp.fc1.bias",
    "mlp.fc2.weight",
    "mlp.fc2.bias"
  };

  private final SiglipVisionConfig config;
  private final TorchScript script =
      TorchScript.load(SiglipVisionModel.class, "siglip.py", SharedScripts.ATTENTION);

  /** Declares the parameters of a config. */
  public SiglipVisionModel(SiglipVisionConfig config) {
    this.config = config;
    long d = config.hiddenSize();
    long patch = config.patchSize();
    long pixels = 3 * patch * patch;
    // transformers: lecun_normal for the convolution, 1/sqrt(d) for positions, Xavier elsewhere.
    declare(
        PREFIX + "embeddings.patch_embedding.weight",
        WeightInit.normal(Math.sqrt(1.0 / pixels)),
        d,
        3,
        patch,
        patch);
    declare(PREFIX + "embeddings.patch_embedding.bias", WeightInit.ZEROS, d);
    declare(
        PREFIX + "embeddings.position_embedding.weight",
        WeightInit.normal(1 / Math.sqrt(d)),
        config.tokens(),
        d);
    for (int i = 0; i < config.layers(); i++) {
      declareLayer(layerPrefix(i));
    }
    declareNorm(PREFIX + "post_layernorm.");
    if (config.useHead()) {
      declareHead(PREFIX + "head.");
    }
  }

  private void declareLayer(String layer) {
    long d = config.hiddenSize();
    declareNorm(layer + "layer_norm1.");
    for (String part : new String[] {"q_proj", "k_proj", "v_proj", "out_proj"}) {
      declare(layer + "self_attn." + part + ".weight", WeightInit.xavier(d, d), d, d);
      declare(layer + "self_attn." + part + ".bias", WeightInit.ZEROS, d);
    }
    declareNorm(layer + "layer_norm2.");
    declareMlp(layer + "mlp.");
  }

  private void declareHead(String head) {
    long d = config.hiddenSize();
    declare(head + "probe", WeightInit.xavier(d, 1), 1, 1, d);
    declare(head + "attention.in_proj_weight", WeightInit.xavier(d, 3 * d), 3 * d, d);
    declare(head + "attention.in_proj_bias", WeightInit.ZEROS, 3 * d);
    declare(head + "attention.out_proj.weight", WeightInit.xavier(d, d), d, d);
    declare(head + "attention.out_proj.bias", WeightInit.ZEROS, d);
    declareNorm(head + "layernorm.");
    declareMlp(head + "mlp.");
  }

  private void declareNorm(String prefix) {
    declare(prefix + "weight", WeightInit.ONES, config.hiddenSize());
    declare(prefix + "bias", WeightInit.ZEROS, config.hiddenSize());
  }

  private void declareMlp(String prefix) {
    long d = config.hiddenSize();
    long wide = config.intermediateSize();
    declare(prefix + "fc1.weight", WeightInit.xavier(d, wide), wide, d);
    declare(prefix + "fc1.bias", WeightInit.normal(1e-6), wide);
    declare(prefix + "fc2.weight", WeightInit.xavier(wide, d), d, wide);
    declare(prefix + "fc2.bias", WeightInit.normal(1e-6), d);
  }

  private static String layerPrefix(int i) {
    return PREFIX + "encoder.layers." + i + ".";
  }

  /** Returns the shape of the model. */
  public SiglipVisionConfig config() {
    return config;
  }

  /**
   * Cuts images into patches and embeds them with their positions.
   *
   * @param pixels [B, 3, S, S], normalised
   * @return [B, P, d]
   */
  public NDArray embed(NDManager manager, NDArray pixels) {
    return script
        .call(
            manager,
            "embed",
            pixels,
            weight(PREFIX + "embeddings.patch_embedding.weight"),
            weight(PREFIX + "embeddings.patch_embedding.bias"),
            weight(PREFIX + "embeddings.position_embedding.weight"))
        .singletonOrThrow();
  }

  /** Returns the encoder layers. */
  public LayerStack encoder() {
    List<List<NDArray>> weights = new ArrayList<>();
    for (int i = 0; i < config.layers(); i++) {
      weights.add(list(layerPrefix(i), LAYER_WEIGHTS));
    }
    return new LayerStack() {
      @Override
      public int size() {
        return config.layers();
      }

      @Override
      public NDArray apply(NDManager manager, int index, NDArray x) {
        return script
            .call(
                manager,
                "layer",
                x,
                weights.get(index),
                config.heads(),
                config.layerNormEps(),
                config.exactGelu())
            .singletonOrThrow();
      }
    };
  }

  private List<NDArray> list(String prefix, String[] names) {
    List<NDArray> arrays = new ArrayList<>();
    for (String name : names) {
      arrays.add(weight(prefix + name));
    }
    return arrays;
  }

  /**
   * Returns the hidden states of every layer under the thread's grad mode.
   *
   * @param pixels [B, 3, S, S]
   * @return layers + 1 arrays [B, P, d]: the embeddings, then each layer's output, none normalised
   */
  public NDList hiddenStates(NDManager manager, NDArray pixels) {
    LayerStack encoder = encoder();
    NDList states = new NDList(embed(manager, pixels));
    for (int i = 0; i < encoder.size(); i++) {
      states.add(encoder.apply(manager, i, states.get(i)));
    }
    return states;
  }

  @Override
  public int imageLayers() {
    return config.layers();
  }

  @Override
  public NDArray encodeImages(NDManager manager, List<float[]> images, LayerVisitor visitor) {
    int side = config.imageSize();
    for (float[] image : images) {
      if (image.length != 3 * side * side) {
        throw new IllegalArgumentException(
            image.length
                + " pixel values; this model takes "
                + 3 * side * side
                + ": the images were prepared for another model");
      }
    }
    try (NDArray stacked = Tensors.stack(manager, images, 3, side, side)) {
      NDArray pixels = Tensors.cast(stacked, dtype());
      return encoder().run(manager, embed(manager, pixels), visitor);
    }
  }

  /** Applies {@code post_layernorm}, which plain SigLIP ends with and LLaVA leaves out. */
  public NDArray postNorm(NDManager manager, NDArray x) {
    return script
        .call(
            manager,
            "norm",
            x,
            weight(PREFIX + "post_layernorm.weight"),
            weight(PREFIX + "post_layernorm.bias"),
            config.layerNormEps())
        .singletonOrThrow();
  }

  /**
   * Applies the attention-pooling head.
   *
   * @param x [B, P, d], after {@link #postNorm}
   * @return [B, d]
   * @throws IllegalStateException if the config has no head
   */
  public NDArray pool(NDManager manager, NDArray x) {
    if (!config.useHead()) {
      throw new IllegalStateException("vision_use_head is false: the model has no pooling head");
    }
    return script
        .call(
            manager,
            "pool",
            x,
            list(PREFIX + "head.", HEAD_WEIGHTS),
            config.heads(),
            config.layerNormEps(),
            config.exactGelu())
        .singletonOrThrow();
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore parameterStore,
      NDList inputs,
      boolean training,
      PairList<String, Object> params) {
    NDArray pixels = inputs.get(0);
    NDList states = hiddenStates(pixels.getManager(), pixels);
    return new NDList(states.get(states.size() - 1));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return new Shape[] {new Shape(inputShapes[0].get(0), config.tokens(), config.hiddenSize())};
  }
}
