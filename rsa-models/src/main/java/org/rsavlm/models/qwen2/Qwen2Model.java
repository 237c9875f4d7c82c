package org.rsavlm.models.qwen2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.ArrayList;
import java.util.List;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.core.torch.TorchScript;
import org.rsavlm.models.nn.AttentionGrids;
import org.rsavlm.models.nn.LayerStack;
import org.rsavlm.models.nn.NamedBlock;
import org.rsavlm.models.nn.TokenLayout;
import org.rsavlm.models.nn.WeightInit;

/**
 * The Qwen2 and Qwen2.5 language model: RMS norms, rotary positions, grouped-query attention with
 * biases on queries, keys and values, SwiGLU (Hugging Face: {@code Qwen2ForCausalLM}).
 *
 * <p>Inputs are packed ({@link TokenLayout}): hidden states are [T, d] for the T tokens of all
 * samples. As a DJL block it takes token ids [B, L] and, optionally, a mask [B, L] with 1 at real
 * tokens, padded on the right, and returns logits [B, L, V] that are 0 at padding.
 */
public final class Qwen2Model extends NamedBlock {

  private static final String[] LAYER_WEIGHTS = {
    "input_layernorm.weight",
    "self_attn.q_proj.weight",
    "self_attn.q_proj.bias",
    "self_attn.k_proj.weight",
    "self_attn.k_proj.bias",
    "self_attn.v_proj.weight",
    "self_attn.v_proj.bias",
    "self_attn.o_proj.weight",
    "post_attention_layernorm.weight",
    "mlp.gate_proj.weight",
    "mlp.up_proj.weight",
    "mlp.down_proj.weight"
  };

  private static final String EMBEDDING = "model.embed_tokens.weight";
  private static final String FINAL_NORM = "model.norm.weight";
  private static final String HEAD = "lm_head.weight";

  private final Qwen2Config config;
  private final TorchScript script = TorchScript.load(Qwen2Model.class, "qwen2.py");

  /** Declares the parameters of a config. */
  public Qwen2Model(Qwen2Config config) {
    this.config = config;
    long d = config.hiddenSize();
    long queries = (long) config.heads() * config.headSize();
    long keys = (long) config.keyValueHeads() * config.headSize();
    long wide = config.intermediateSize();
    WeightInit normal = WeightInit.normal(config.initializerRange());
    declare(EMBEDDING, normal, config.vocabSize(), d);
    for (int i = 0; i < config.layers(); i++) {
      String layer = layerPrefix(i);
      declare(layer + "input_layernorm.weight", WeightInit.ONES, d);
      declare(layer + "self_attn.q_proj.weight", normal, queries, d);
      declare(layer + "self_attn.q_proj.bias", WeightInit.ZEROS, queries);
      declare(layer + "self_attn.k_proj.weight", normal, keys, d);
      declare(layer + "self_attn.k_proj.bias", WeightInit.ZEROS, keys);
      declare(layer + "self_attn.v_proj.weight", normal, keys, d);
      declare(layer + "self_attn.v_proj.bias", WeightInit.ZEROS, keys);
      declare(layer + "self_attn.o_proj.weight", normal, d, queries);
      declare(layer + "post_attention_layernorm.weight", WeightInit.ONES, d);
      declare(layer + "mlp.gate_proj.weight", normal, wide, d);
      declare(layer + "mlp.up_proj.weight", normal, wide, d);
      declare(layer + "mlp.down_proj.weight", normal, d, wide);
    }
    declare(FINAL_NORM, WeightInit.ONES, d);
    if (!config.tieWordEmbeddings()) {
      declare(HEAD, normal, config.vocabSize(), d);
    }
  }

  private static String layerPrefix(int i) {
    return "model.layers." + i + ".";
  }

  /** Returns the shape of the model. */
  public Qwen2Config config() {
    return config;
  }

  /** Tells whether a parameter is the token embedding (and, if tied, the head). */
  public static boolean isTokenEmbedding(String name) {
    return name.endsWith(EMBEDDING);
  }

  /**
   * Lays out a batch of packed samples for this model.
   *
   * @param manager owns the layout's arrays
   * @param lengths each sample's number of tokens
   */
  public TokenLayout layout(NDManager manager, long[] lengths) {
    return new TokenLayout(manager, config, dtype(), lengths);
  }

  /**
   * Estimates what autograd keeps of a forward pass through all layers until its backward, from the
   * arrays that each operation of a layer needs again: of every token six vectors of d, one of the
   * heads' width and four of the MLP's; of every slot of the attention's padded grid queries, keys,
   * values and result; below float32 also both norms' float32 inputs.
   *
   * @return bytes; measured within 10 % of what the process grows by
   */
  public long activationBytes(TokenLayout layout) {
    long heads = (long) config.heads() * config.headSize();
    long token = 6L * config.hiddenSize() + heads + 4L * config.intermediateSize();
    long elements = layout.tokens() * token + layout.grids().slotCount() * 4 * heads;
    long bytes = elements * dtype().bytes();
    if (dtype().bytes() < TorchDtype.FLOAT32.bytes()) {
      bytes += 2L * layout.tokens() * config.hiddenSize() * TorchDtype.FLOAT32.bytes();
    }
    return bytes * config.layers();
  }

  /**
   * Looks token ids up.
   *
   * @param ids int64 [T]
   * @return [T, d]
   */
  public NDArray embed(NDManager manager, NDArray ids) {
    return script.call(manager, "embed", ids, weight(EMBEDDING)).singletonOrThrow();
  }

  /** Returns the decoder layers for a batch's layout. */
  public LayerStack decoder(TokenLayout layout) {
    List<List<NDArray>> weights = layerWeights();
    AttentionGrids grids = layout.grids();
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
                layout.cos(),
                layout.sin(),
                grids.sources(),
                grids.slots(),
                grids.samples(),
                grids.lengths(),
                config.heads(),
                config.keyValueHeads(),
                config.window(index),
                config.rmsNormEps())
            .singletonOrThrow();
      }
    };
  }

  /** Returns each layer's parameters in the order in which the script takes them. */
  public List<List<NDArray>> layerWeights() {
    List<List<NDArray>> weights = new ArrayList<>();
    for (int i = 0; i < config.layers(); i++) {
      List<NDArray> layer = new ArrayList<>();
      for (String name : LAYER_WEIGHTS) {
        layer.add(weight(layerPrefix(i) + name));
      }
      weights.add(layer);
    }
    return weights;
  }

  public NDArray embedding() {
    return weight(EMBEDDING);
  }

  public NDArray finalNormWeight() {
    return weight(FINAL_NORM);
  }

  /** Applies the final norm, which makes Hugging Face's last hidden state. [T, d] to [T, d]. */
  public NDArray finalNorm(NDManager manager, NDArray x) {
    return script
        .call(manager, "norm", x, weight(FINAL_NORM), config.rmsNormEps())
        .singletonOrThrow();
  }

  /**
   * Returns the hidden states of every layer under the thread's grad mode.
   *
   * @param embeddings [T, d]
   * @return layers + 1 arrays [T, d]: the embeddings, each layer's output, the last one after the
   *     final norm, as Hugging Face's {@code output_hidden_states}
   */
  public NDList hiddenStates(NDManager manager, NDArray embeddings, TokenLayout layout) {
    LayerStack decoder = decoder(layout);
    NDList states = new NDList(embeddings);
    for (int i = 0; i < decoder.size(); i++) {
      states.add(decoder.apply(manager, i, states.get(i)));
    }
    states.set(decoder.size(), finalNorm(manager, states.get(decoder.size())));
    return states;
  }

  /** Returns the head's matrix, [V, d]. */
  public NDArray head() {
    return weight(config.tieWordEmbeddings() ? EMBEDDING : HEAD);
  }

  /**
   * Returns the scores of every token.
   *
   * @param hidden [T, d], after the final norm
   * @return [T, V]
   */
  public NDArray logits(NDManager manager, NDArray hidden) {
    return script.call(manager, "logits", hidden, head()).singletonOrThrow();
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore parameterStore,
      NDList inputs,
      boolean training,
      PairList<String, Object> params) {
    NDArray ids = inputs.get(0);
    NDManager manager = ids.getManager();
    int batch = Math.toIntExact(ids.getShape().get(0));
    long width = ids.getShape().get(1);
    long[] lengths = new long[batch];
    for (int i = 0; i < batch; i++) {
      lengths[i] =
          inputs.size() < 2
              ? width
              : inputs.get(1).get(i).toType(DataType.INT64, false).sum().getLong();
    }
    TokenLayout layout = layout(manager, lengths);
    NDArray real = realSlots(manager, lengths, width);
    NDArray packed = ids.toType(DataType.INT64, false).flatten().take(real);
    NDList states = hiddenStates(manager, embed(manager, packed), layout);
    NDArray logits = logits(manager, states.get(states.size() - 1));
    return script.call(manager, "unpack", logits, real, (long) batch, width);
  }

  private static NDArray realSlots(NDManager manager, long[] lengths, long width) {
    long[] slots = new long[Math.toIntExact(java.util.Arrays.stream(lengths).sum())];
    int at = 0;
    for (int i = 0; i < lengths.length; i++) {
      for (long j = 0; j < lengths[i]; j++) {
        slots[at++] = i * width + j;
      }
    }
    return org.rsavlm.core.torch.Tensors.of(manager, slots, slots.length);
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    Shape ids = inputShapes[0];
    return new Shape[] {new Shape(ids.get(0), ids.get(1), config.vocabSize())};
  }
}
