package org.rsavlm.models;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.rsavlm.models.hub.JsonConfig;

/**
 * Shape of a Qwen2 or Qwen2.5 language model, from the keys of Hugging Face's {@code config.json}.
 *
 * @param vocabSize rows of the token embedding
 * @param hiddenSize d
 * @param intermediateSize width of the gated MLP
 * @param layers number of decoder layers
 * @param heads number of query heads
 * @param keyValueHeads number of key and value heads; divides {@code heads}
 * @param headSize dimensions of a head, even
 * @param rmsNormEps added to the mean square
 * @param ropeTheta base of the rotary frequencies
 * @param tieWordEmbeddings whether the head is the token embedding
 * @param maxPositionEmbeddings longest sequence that the model was made for
 * @param initializerRange standard deviation of random weights
 */
public record Qwen2Config(
    int vocabSize,
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int keyValueHeads,
    int headSize,
    double rmsNormEps,
    double ropeTheta,
    boolean tieWordEmbeddings,
    int maxPositionEmbeddings,
    double initializerRange) {

  /** Checks what {@link #from} can not: relations between the numbers. */
  public Qwen2Config {
    if (keyValueHeads < 1 || heads % keyValueHeads != 0) {
      throw new IllegalArgumentException(
          "num_key_value_heads " + keyValueHeads + " must divide num_attention_heads " + heads);
    }
    if (headSize < 2 || headSize % 2 != 0) {
      throw new IllegalArgumentException("head_dim " + headSize + " must be even");
    }
  }

  /**
   * Reads a config; absent keys have transformers' defaults.
   *
   * @throws org.rsavlm.core.UserException if a key is wrong or asks for what is not supported
   */
  public static Qwen2Config from(JsonConfig json) {
    json.choice("hidden_act", "silu", "silu");
    if (json.flag("use_sliding_window", false)) {
      throw json.unsupported("use_sliding_window", "use a checkpoint with full attention");
    }
    if (json.number("attention_dropout", 0) != 0) {
      throw json.unsupported("attention_dropout", "set it to 0");
    }
    json.optionalObject("rope_scaling").ifPresent(Qwen2Config::checkRope);
    json.optionalObject("rope_parameters").ifPresent(Qwen2Config::checkRope);
    int hidden = json.integer("hidden_size", 4096);
    int heads = json.integer("num_attention_heads", 32);
    double theta =
        json.optionalObject("rope_parameters")
            .map(rope -> rope.number("rope_theta", 10000))
            .orElseGet(() -> json.number("rope_theta", 10000));
    return new Qwen2Config(
        json.integer("vocab_size", 151936),
        hidden,
        json.integer("intermediate_size", 22016),
        json.integer("num_hidden_layers", 32),
        heads,
        json.integer("num_key_value_heads", heads),
        json.integer("head_dim", hidden / heads),
        json.number("rms_norm_eps", 1e-6),
        theta,
        json.flag("tie_word_embeddings", false),
        json.integer("max_position_embeddings", 32768),
        json.number("initializer_range", 0.02));
  }

  private static void checkRope(JsonConfig rope) {
    String key = rope.has("rope_type") ? "rope_type" : "type";
    if (!rope.text(key, "default").equals("default")) {
      throw rope.unsupported(key, "use a checkpoint without rotary scaling");
    }
  }

  /** Writes the config in Hugging Face's keys, as transformers' {@code Qwen2Config} reads them. */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putArray("architectures").add("Qwen2ForCausalLM");
    json.put("model_type", "qwen2");
    json.put("vocab_size", vocabSize);
    json.put("hidden_size", hiddenSize);
    json.put("intermediate_size", intermediateSize);
    json.put("num_hidden_layers", layers);
    json.put("num_attention_heads", heads);
    json.put("num_key_value_heads", keyValueHeads);
    if (headSize * heads != hiddenSize) {
      json.put("head_dim", headSize);
    }
    json.put("hidden_act", "silu");
    json.put("rms_norm_eps", rmsNormEps);
    json.put("rope_theta", ropeTheta);
    json.put("tie_word_embeddings", tieWordEmbeddings);
    json.put("max_position_embeddings", maxPositionEmbeddings);
    json.put("initializer_range", initializerRange);
    json.put("attention_dropout", 0.0);
    json.put("use_sliding_window", false);
    return json;
  }
}
