package org.rsavlm.models.siglip;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.rsavlm.models.hub.JsonConfig;

/**
 * Shape of a SigLIP vision model, from the keys of Hugging Face's {@code config.json}.
 *
 * @param hiddenSize d
 * @param intermediateSize width of the MLP
 * @param layers number of encoder layers
 * @param heads number of attention heads; divides {@code hiddenSize}
 * @param imageSize side of the square image in pixels
 * @param patchSize side of a patch in pixels
 * @param layerNormEps added to the variance
 * @param useHead whether the attention-pooling head is part of the model
 * @param exactGelu whether the MLP has the exact GELU instead of SigLIP's tanh approximation
 */
public record SiglipVisionConfig(
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int imageSize,
    int patchSize,
    double layerNormEps,
    boolean useHead,
    boolean exactGelu) {

  /** Checks what {@link #from} can not: relations between the numbers. */
  public SiglipVisionConfig {
    if (heads < 1 || hiddenSize % heads != 0) {
      throw new IllegalArgumentException(
          "num_attention_heads " + heads + " must divide hidden_size " + hiddenSize);
    }
    if (patchSize < 1 || patchSize > imageSize) {
      throw new IllegalArgumentException(
          "patch_size " + patchSize + " must be from 1 to image_size " + imageSize);
    }
    if (layers < 1) {
      throw new IllegalArgumentException("num_hidden_layers " + layers + " must be at least 1");
    }
  }

  /** Makes a config with SigLIP's own activation. */
  public SiglipVisionConfig(
      int hiddenSize,
      int intermediateSize,
      int layers,
      int heads,
      int imageSize,
      int patchSize,
      double layerNormEps,
      boolean useHead) {
    this(
        hiddenSize,
        intermediateSize,
        layers,
        heads,
        imageSize,
        patchSize,
        layerNormEps,
        useHead,
        false);
  }

  /** Returns the tower of LLaVA: the first layers of this one, without the pooling head. */
  public SiglipVisionConfig tower(int firstLayers) {
    return new SiglipVisionConfig(
        hiddenSize,
        intermediateSize,
        firstLayers,
        heads,
        imageSize,
        patchSize,
        layerNormEps,
        false,
        exactGelu);
  }

  /**
   * Reads a config; absent keys have transformers' defaults.
   *
   * @throws org.rsavlm.core.UserException if a key is wrong or asks for what is not supported
   */
  public static SiglipVisionConfig from(JsonConfig json) {
    String activation = json.choice("hidden_act", "gelu_pytorch_tanh", "gelu_pytorch_tanh", "gelu");
    if (json.integer("num_channels", 3) != 3) {
      throw json.unsupported("num_channels", "only RGB images can be read");
    }
    if (json.number("attention_dropout", 0) != 0) {
      throw json.unsupported("attention_dropout", "set it to 0");
    }
    return new SiglipVisionConfig(
        json.integer("hidden_size", 768),
        json.integer("intermediate_size", 3072),
        json.integer("num_hidden_layers", 12),
        json.integer("num_attention_heads", 12),
        json.integer("image_size", 224),
        json.integer("patch_size", 16),
        json.number("layer_norm_eps", 1e-6),
        json.flag("vision_use_head", true),
        activation.equals("gelu"));
  }

  /** Returns the number of patches along one side. */
  public int gridSize() {
    return imageSize / patchSize;
  }

  /** Returns the number of image tokens, the square of {@link #gridSize}. */
  public int tokens() {
    return gridSize() * gridSize();
  }

  /** Writes the config in Hugging Face's keys. */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("model_type", "siglip_vision_model");
    json.put("hidden_size", hiddenSize);
    json.put("intermediate_size", intermediateSize);
    json.put("num_hidden_layers", layers);
    json.put("num_attention_heads", heads);
    json.put("num_channels", 3);
    json.put("image_size", imageSize);
    json.put("patch_size", patchSize);
    json.put("hidden_act", exactGelu ? "gelu" : "gelu_pytorch_tanh");
    json.put("layer_norm_eps", layerNormEps);
    json.put("attention_dropout", 0.0);
    json.put("vision_use_head", useHead);
    return json;
  }
}
