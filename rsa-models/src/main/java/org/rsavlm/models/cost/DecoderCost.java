package org.rsavlm.models.cost;

import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.models.nn.DecoderConfig;

/**
 * Cost of a decoder-only language model. T tokens, d dimensions, m the gated MLP's width, H query
 * and G key heads of size D, V words, L layers.
 *
 * @param config the model's shape
 */
public record DecoderCost(DecoderConfig config) {

  private long queries() {
    return (long) config.heads() * config.rotary().headSize();
  }

  private long keys() {
    return (long) config.keyValueHeads() * config.rotary().headSize();
  }

  /** Weights of a layer's matrices: dHD + 2dGD + HDd + 3dm. */
  private long matrices() {
    long d = config.hiddenSize();
    return 2 * d * queries() + 2 * d * keys() + 3 * d * config.intermediateSize();
  }

  /** Returns the number of scalars of the token embedding, Vd. */
  public long embeddingParameters() {
    return (long) config.vocabSize() * config.hiddenSize();
  }

  /**
   * Returns the number of all other scalars: a layer's matrices, biases of queries, keys and
   * values, two norms; the last norm; the head, if it is not the embedding.
   */
  public long parameters() {
    long d = config.hiddenSize();
    long biases = config.attentionBias() ? queries() + 2 * keys() : 0;
    long head = config.tieWordEmbeddings() ? 0 : embeddingParameters();
    return config.layers() * (matrices() + biases + 2 * d) + d + head;
  }

  /**
   * Returns the work of the layers: 2T(dHD + 2dGD + HDd + 3dm) with weights each, and 4HD for each
   * pair of tokens of a sample. As in PaLM's appendix B all pairs count, also those that the causal
   * mask hides.
   */
  public Flops layers(Sequences of) {
    return layers(of.tokens(), of.squares());
  }

  /** As {@link #layers(Sequences)}, for numbers that need not be whole. */
  public Flops layers(double tokens, double squares) {
    double layers = config.layers();
    return new Flops(layers * 2 * tokens * matrices(), layers * 4 * squares * queries());
  }

  /** Returns the work of the head at so many places, 2dV each. */
  public Flops head(double places) {
    return new Flops(2 * places * embeddingParameters(), 0);
  }

  /** Returns the number of values of a layer's input. */
  public long layerInput(long tokens) {
    return tokens * config.hiddenSize();
  }

  /**
   * Returns what one layer keeps for its way back, in bytes. Of every token: input, scaled and
   * weighted values of both norms (6d), attention (HD), the MLP's two factors, the activated one
   * and their product (4m); of every slot of the attention's grid queries, repeated keys and values
   * (3HD), and the result (HD) where padding makes it another array; below float32 also both norms'
   * float32 inputs.
   */
  public long layerActivationBytes(Sequences of, TorchDtype dtype) {
    long token = 6L * config.hiddenSize() + queries() + 4L * config.intermediateSize();
    long elements = of.tokens() * token + of.slots() * 4 * queries();
    long bytes = elements * dtype.bytes();
    if (dtype.bytes() < TorchDtype.FLOAT32.bytes()) {
      bytes += 2 * layerInput(of.tokens()) * TorchDtype.FLOAT32.bytes();
    }
    return bytes;
  }

  /** Returns what all layers keep, as {@link org.rsavlm.models.nn.RotaryDecoder} estimates it. */
  public long activationBytes(Sequences of, TorchDtype dtype) {
    return config.layers() * layerActivationBytes(of, dtype);
  }

  /**
   * Returns the number of values beside {@link #layerActivationBytes} at the highest point of a
   * layer's way back: two of the MLP's three gradients (the third takes the place of the product),
   * those of input and output, and that of the largest weight.
   */
  public long layerGradients(long tokens) {
    long d = config.hiddenSize();
    long m = config.intermediateSize();
    return tokens * (2 * m + 2 * d) + d * m;
  }
}
