package org.rsavlm.models.dinov2;

import org.rsavlm.models.hub.JsonConfig;

/**
 * Shape of a DINOv2, from the keys of Hugging Face's {@code config.json}.
 *
 * @param hiddenSize d
 * @param intermediateSize width of the MLP
 * @param layers number of layers
 * @param heads number of attention heads
 * @param imageSize side of the square image in pixels
 * @param patchSize side of a patch in pixels
 * @param layerNormEps added to the variance
 */
record Dinov2Config(
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int imageSize,
    int patchSize,
    double layerNormEps) {

  static Dinov2Config from(JsonConfig json) {
    json.choice("model_type", "dinov2", "dinov2");
    int hidden = json.integer("hidden_size", 768);
    return new Dinov2Config(
        hidden,
        hidden * json.integer("mlp_ratio", 4),
        json.integer("num_hidden_layers", 12),
        json.integer("num_attention_heads", 12),
        json.integer("image_size", 224),
        json.integer("patch_size", 16),
        json.number("layer_norm_eps", 1e-6));
  }

  /** Returns the number of tokens of an image, the class token included. */
  int tokens() {
    int side = imageSize / patchSize;
    return side * side + 1;
  }
}
