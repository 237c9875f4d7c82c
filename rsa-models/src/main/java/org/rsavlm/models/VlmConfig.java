package org.rsavlm.models;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.rsavlm.models.hub.JsonConfig;

/**
 * Shape of a LLaVA-OneVision-style model, from Hugging Face's {@code config.json} of model type
 * {@code llava_onevision}.
 *
 * @param vision the tower
 * @param language the language model
 * @param imageTokenId id of {@code <image>} in the tokenizer, which transformers replaces by
 *     features
 */
public record VlmConfig(SiglipVisionConfig vision, Qwen2Config language, int imageTokenId) {

  /**
   * Reads a config.
   *
   * @throws org.rsavlm.core.UserException if a key is wrong or asks for what is not supported
   */
  public static VlmConfig from(JsonConfig json) {
    json.choice("model_type", "llava_onevision", "llava_onevision");
    json.choice("projector_hidden_act", "gelu", "gelu");
    json.choice("vision_feature_select_strategy", "full", "full");
    if (json.integer("vision_feature_layer", -1) != -1) {
      throw json.unsupported("vision_feature_layer", "set it to -1, the last layer of the tower");
    }
    if (!json.flag("multimodal_projector_bias", true)) {
      throw json.unsupported("multimodal_projector_bias", "the projector has biases");
    }
    JsonConfig vision = json.object("vision_config");
    vision.choice("model_type", "siglip_vision_model", "siglip_vision_model");
    JsonConfig text = json.object("text_config");
    text.choice("model_type", "qwen2", "qwen2");
    String key = json.has("image_token_id") ? "image_token_id" : "image_token_index";
    return new VlmConfig(
        SiglipVisionConfig.from(vision), Qwen2Config.from(text), json.integer(key, 151646));
  }

  /** Writes the config as transformers' {@code LlavaOnevisionConfig} reads it. */
  public ObjectNode toJson(String dtype) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putArray("architectures").add("LlavaOnevisionForConditionalGeneration");
    json.put("model_type", "llava_onevision");
    json.put("image_token_index", imageTokenId);
    json.put("projector_hidden_act", "gelu");
    json.put("multimodal_projector_bias", true);
    json.put("vision_feature_layer", -1);
    json.put("vision_feature_select_strategy", "full");
    json.put("tie_word_embeddings", language.tieWordEmbeddings());
    json.put("torch_dtype", dtype);
    json.set("text_config", language.toJson());
    json.set("vision_config", vision.toJson());
    return json;
  }
}
