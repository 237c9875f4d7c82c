package org.rsavlm.models.qwen2;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.rsavlm.models.hub.JsonConfig;
import org.rsavlm.models.nn.DecoderConfig;
import org.rsavlm.models.nn.RotaryEmbedding;
import org.rsavlm.models.nn.RotaryScaling;

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
 * @param rotaryScaling how rotary positions are stretched
 * @param windows for each layer how many tokens a token sees, itself included; 0 for all before it.
 *     An empty list means all layers see all.
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
    double initializerRange,
    RotaryScaling rotaryScaling,
    List<Integer> windows)
    implements DecoderConfig {

  /** Checks what {@link #from} can not: relations between the numbers. */
  public Qwen2Config {
    if (keyValueHeads < 1 || heads % keyValueHeads != 0) {
      throw new IllegalArgumentException(
          "num_key_value_heads " + keyValueHeads + " must divide num_attention_heads " + heads);
    }
    if (headSize < 2 || headSize % 2 != 0) {
      throw new IllegalArgumentException("head_dim " + headSize + " must be even");
    }
    if (!windows.isEmpty() && windows.size() != layers) {
      throw new IllegalArgumentException(
          "layer_types has " + windows.size() + " entries for " + layers + " layers");
    }
    windows = windows.stream().allMatch(w -> w == 0) ? List.of() : List.copyOf(windows);
  }

  /** Makes a config of plain rotary positions and full attention. */
  public Qwen2Config(
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
    this(
        vocabSize,
        hiddenSize,
        intermediateSize,
        layers,
        heads,
        keyValueHeads,
        headSize,
        rmsNormEps,
        ropeTheta,
        tieWordEmbeddings,
        maxPositionEmbeddings,
        initializerRange,
        RotaryScaling.NONE,
        List.of());
  }

  /**
   * Reads a config; absent keys have transformers' defaults.
   *
   * @throws org.rsavlm.core.UserException if a key is wrong or asks for what is not supported
   */
  public static Qwen2Config from(JsonConfig json) {
    json.choice("hidden_act", "silu", "silu");
    if (!json.flag("attention_bias", true)) {
      throw json.unsupported("attention_bias", "Qwen2's queries, keys and values have biases");
    }
    if (json.number("attention_dropout", 0) != 0) {
      throw json.unsupported("attention_dropout", "set it to 0");
    }
    if (json.number("partial_rotary_factor", 1) != 1) {
      throw json.unsupported("partial_rotary_factor", "all dimensions of a head turn");
    }
    int hidden = json.integer("hidden_size", 4096);
    int heads = json.integer("num_attention_heads", 32);
    int layers = json.integer("num_hidden_layers", 32);
    int positions = json.integer("max_position_embeddings", 32768);
    // As in transformers, the older key wins where both are there.
    JsonConfig rope =
        json.optionalObject("rope_scaling")
            .filter(object -> !object.node().isEmpty())
            .or(() -> json.optionalObject("rope_parameters"))
            .orElse(JsonConfig.of(json.where(), JsonNodeFactory.instance.objectNode()));
    int original = json.integer("original_max_position_embeddings", 0);
    return new Qwen2Config(
        json.integer("vocab_size", 151936),
        hidden,
        json.integer("intermediate_size", 22016),
        layers,
        heads,
        json.integer("num_key_value_heads", keyValueHeads(json, heads)),
        json.integer("head_dim", hidden / heads),
        json.number("rms_norm_eps", 1e-6),
        rope.number("rope_theta", json.number("rope_theta", 10000)),
        json.flag("tie_word_embeddings", false),
        positions,
        json.number("initializer_range", 0.02),
        RotaryScaling.from(rope, positions, original),
        windows(json, layers));
  }

  /** In transformers a missing key is 32, an explicit null as many as there are query heads. */
  private static int keyValueHeads(JsonConfig json, int heads) {
    return json.node().has("num_key_value_heads") ? heads : 32;
  }

  private static List<Integer> windows(JsonConfig json, int layers) {
    boolean sliding = json.flag("use_sliding_window", false);
    int window = sliding && hasWindow(json) ? json.integer("sliding_window", 4096) : 0;
    if (window < 0) {
      throw json.wrong("sliding_window", "a number of tokens");
    }
    int first = json.integer("max_window_layers", 28);
    List<Integer> windows = new ArrayList<>();
    if (!json.has("layer_types")) {
      for (int i = 0; i < layers; i++) {
        windows.add(i < first ? 0 : window);
      }
      return windows;
    }
    for (String type : json.texts("layer_types")) {
      boolean full = type.equals("full_attention");
      if (!full && (window == 0 || !type.equals("sliding_attention"))) {
        throw json.unsupported(
            "layer_types",
            "supported: full_attention, and sliding_attention with use_sliding_window and"
                + " sliding_window");
      }
      windows.add(full ? 0 : window);
    }
    return windows;
  }

  /** An explicit null switches the window off; a missing key has transformers' default. */
  private static boolean hasWindow(JsonConfig json) {
    return json.has("sliding_window") || !json.node().has("sliding_window");
  }

  @Override
  public boolean attentionBias() {
    return true;
  }

  @Override
  public RotaryEmbedding rotary() {
    return new RotaryEmbedding(headSize, ropeTheta, rotaryScaling);
  }

  @Override
  public int window(int layer) {
    return windows.isEmpty() ? 0 : windows.get(layer);
  }

  @Override
  public Qwen2Config withVocabulary(int words) {
    return new Qwen2Config(
        words,
        hiddenSize,
        intermediateSize,
        layers,
        heads,
        keyValueHeads,
        headSize,
        rmsNormEps,
        ropeTheta,
        tieWordEmbeddings,
        maxPositionEmbeddings,
        initializerRange,
        rotaryScaling,
        windows);
  }

  @Override
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
    if (rotaryScaling.type() != RotaryScaling.Type.DEFAULT) {
      json.set("rope_scaling", rotaryScaling.toJson());
    }
    json.put("use_sliding_window", !windows.isEmpty());
    if (!windows.isEmpty()) {
      json.put("sliding_window", windows.stream().mapToInt(w -> w).max().getAsInt());
      ArrayNode types = json.putArray("layer_types");
      windows.forEach(w -> types.add(w == 0 ? "full_attention" : "sliding_attention"));
    }
    return json;
  }
}
