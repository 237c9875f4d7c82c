package org.rsavlm.models.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rsavlm.core.torch.GradMode;
import org.rsavlm.core.torch.ScriptText;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.core.torch.TorchScript;

/**
 * What decoder-only language models with rotary positions have in common: token embedding, a stack
 * of layers over packed samples, final RMS norm and head, under the names that Hugging Face gives
 * them in all Llama-like models. A family adds the layer: its parameters, and the text of two
 * functions ({@code decoder.py} says which).
 *
 * <p>As a DJL block it takes token ids [B, L] and, optionally, a mask [B, L] with 1 at real tokens,
 * padded on the right, and returns logits [B, L, V] that are 0 at padding.
 */
public abstract class RotaryDecoder extends NamedBlock implements LanguageModel {

  /** The name of the token embedding. */
  public static final String EMBEDDING = "model.embed_tokens.weight";

  /** The name of the language head, where it is not the embedding. */
  public static final String HEAD = "lm_head.weight";

  private static final String FINAL_NORM = "model.norm.weight";

  /**
   * A parameter that every layer has.
   *
   * @param name behind the layer's prefix, such as {@code self_attn.q_proj.weight}
   * @param init how it starts
   * @param shape its sizes
   */
  protected record LayerWeight(String name, WeightInit init, Shape shape) {

    /** Names a parameter of the given sizes. */
    public static LayerWeight of(String name, WeightInit init, long... shape) {
      return new LayerWeight(name, init, new Shape(shape));
    }
  }

  private final DecoderConfig config;
  private final List<LayerWeight> layerWeights;
  private final TorchScript script;

  /**
   * Declares the parameters.
   *
   * @param config the shape
   * @param layerWeights of each layer, in the order in which the block's text takes them
   * @param block the text of the layer
   */
  protected RotaryDecoder(DecoderConfig config, List<LayerWeight> layerWeights, ScriptText block) {
    this.config = config;
    this.layerWeights = List.copyOf(layerWeights);
    script =
        TorchScript.load(
            RotaryDecoder.class,
            "decoder.py",
            SharedScripts.NORM,
            SharedScripts.ROTARY,
            SharedScripts.ATTENTION,
            block.as("block"));
    long d = config.hiddenSize();
    WeightInit normal = WeightInit.normal(config.initializerRange());
    declare(EMBEDDING, normal, config.vocabSize(), d);
    for (int i = 0; i < config.layers(); i++) {
      for (LayerWeight weight : layerWeights) {
        declare(layerPrefix(i) + weight.name(), weight.init(), weight.shape().getShape());
      }
    }
    declare(FINAL_NORM, WeightInit.ONES, d);
    if (!config.tieWordEmbeddings()) {
      declare(HEAD, normal, config.vocabSize(), d);
    }
  }

  private static String layerPrefix(int i) {
    return "model.layers." + i + ".";
  }

  @Override
  public final DecoderConfig config() {
    return config;
  }

  /** Tells whether a parameter is the token embedding (and, if tied, the head). */
  public static boolean isTokenEmbedding(String name) {
    return name.endsWith(EMBEDDING);
  }

  @Override
  public final TokenLayout layout(NDManager manager, long[] lengths) {
    TokenLayout.requireTokens(lengths);
    double[] turns = config.rotary().frequencies();
    long[] positions = TokenLayout.positions(lengths);
    AttentionGrids grids = AttentionGrids.grouped(manager, lengths);
    try (GradMode off = GradMode.disabled();
        NDArray at = Tensors.of(manager, positions, positions.length);
        NDArray frequencies = Tensors.of(manager, turns, turns.length)) {
      NDList tables =
          script.call(
              manager,
              "rotary",
              at,
              frequencies,
              config.rotary().scaling().attentionFactor(),
              dtype().code());
      return new TokenLayout(lengths, grids, tables.get(0), tables.get(1));
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>From the arrays that each operation of a layer needs again: of every token six vectors of d,
   * one of the heads' width and four of the MLP's; of every slot of the attention's padded grid
   * queries, keys, values and result; below float32 also both norms' float32 inputs.
   */
  @Override
  public long activationBytes(TokenLayout layout) {
    long heads = (long) config.heads() * config.rotary().headSize();
    long token = 6L * config.hiddenSize() + heads + 4L * config.intermediateSize();
    long elements = layout.tokens() * token + layout.grids().slotCount() * 4 * heads;
    long bytes = elements * dtype().bytes();
    if (dtype().bytes() < TorchDtype.FLOAT32.bytes()) {
      bytes += 2L * layout.tokens() * config.hiddenSize() * TorchDtype.FLOAT32.bytes();
    }
    return bytes * config.layers();
  }

  @Override
  public final NDArray embed(NDManager manager, NDArray ids) {
    return script.call(manager, "embed", ids, weight(EMBEDDING)).singletonOrThrow();
  }

  @Override
  public final LayerStack decoder(TokenLayout layout) {
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
  List<List<NDArray>> layerWeights() {
    List<List<NDArray>> weights = new ArrayList<>();
    for (int i = 0; i < config.layers(); i++) {
      List<NDArray> layer = new ArrayList<>();
      for (LayerWeight weight : layerWeights) {
        layer.add(weight(layerPrefix(i) + weight.name()));
      }
      weights.add(layer);
    }
    return weights;
  }

  /** Returns the script of the shared decoder around the family's block. */
  TorchScript script() {
    return script;
  }

  NDArray embedding() {
    return weight(EMBEDDING);
  }

  NDArray finalNormWeight() {
    return weight(FINAL_NORM);
  }

  @Override
  public final NDArray finalNorm(NDManager manager, NDArray x) {
    return script
        .call(manager, "norm", x, weight(FINAL_NORM), config.rmsNormEps())
        .singletonOrThrow();
  }

  @Override
  public final NDArray head() {
    return weight(config.tieWordEmbeddings() ? EMBEDDING : HEAD);
  }

  @Override
  public final NDArray logits(NDManager manager, NDArray hidden) {
    return script.call(manager, "logits", hidden, head()).singletonOrThrow();
  }

  @Override
  public final int textLayers() {
    return config.layers();
  }

  @Override
  public final int longestText() {
    return config.maxPositionEmbeddings();
  }

  @Override
  public final NDArray encodeTexts(NDManager manager, List<long[]> texts, LayerVisitor visitor) {
    long[] lengths = texts.stream().mapToLong(text -> text.length).toArray();
    long[] ids = texts.stream().flatMapToLong(Arrays::stream).toArray();
    NDArray embeddings = embed(manager, Tensors.of(manager, ids, ids.length));
    return run(manager, embeddings, lengths, visitor);
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
    long[] slots = new long[Math.toIntExact(Arrays.stream(lengths).sum())];
    int at = 0;
    for (int i = 0; i < lengths.length; i++) {
      for (long j = 0; j < lengths[i]; j++) {
        slots[at++] = i * width + j;
      }
    }
    return Tensors.of(manager, slots, slots.length);
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    Shape ids = inputShapes[0];
    return new Shape[] {new Shape(ids.get(0), ids.get(1), config.vocabSize())};
  }
}
