package org.rsavlm.models.cost;

import org.rsavlm.models.siglip.SiglipVisionConfig;

/**
 * Cost of a SigLIP tower. P patches a tile, d dimensions, m the MLP's width, p a patch's side, L
 * layers.
 *
 * @param config the tower's shape, without pooling head
 */
public record TowerCost(SiglipVisionConfig config) {

  private static final int CHANNELS = 3;

  /** Checks that there is no pooling head, which no vision-language model has. */
  public TowerCost {
    if (config.useHead()) {
      throw new IllegalArgumentException("a tower with a pooling head isn't counted");
    }
  }

  /**
   * Returns the number of scalars: the patch embedding d(3p² + 1), positions Pd, a layer 4d(d + 1)
   * + 2dm + m + d and two norms of 2d, the last norm 2d.
   */
  public long parameters() {
    long d = config.hiddenSize();
    long m = config.intermediateSize();
    long layer = 4 * d * (d + 1) + 2 * d * m + m + d + 4 * d;
    return d * (patch() + 1) + tokens(1) * d + config.layers() * layer + 2 * d;
  }

  private long patch() {
    return (long) CHANNELS * config.patchSize() * config.patchSize();
  }

  /** Returns the number of patches of so many tiles. */
  public long tokens(long tiles) {
    return tiles * config.tokens();
  }

  /** Returns the number of values of so many tiles' pixels. */
  public long pixels(long tiles) {
    return tiles * CHANNELS * config.imageSize() * config.imageSize();
  }

  /** Returns the work of the patch embedding, whose input needs no gradient: 2P·3p²·d a tile. */
  public Flops embedding(double tiles) {
    return new Flops(2.0 * tiles * config.tokens() * patch() * config.hiddenSize(), 0);
  }

  /**
   * Returns the work of the layers: each 2P(4d² + 2dm) with weights and 4P²d of attention a tile.
   */
  public Flops layers(double tiles) {
    double d = config.hiddenSize();
    double patches = config.tokens();
    double weights = 2 * patches * (4 * d * d + 2 * d * config.intermediateSize());
    double attention = 4 * patches * patches * d;
    return new Flops(tiles * config.layers() * weights, tiles * config.layers() * attention);
  }

  /** Returns the number of values of a layer's input: what checkpointing keeps of it. */
  public long layerInput(long tiles) {
    return tokens(tiles) * config.hiddenSize();
  }

  /**
   * Returns the number of values that one layer keeps for its way back: of every patch input and
   * output of both norms, queries, keys, values and attention, and the MLP before and after its
   * activation.
   */
  public long layerActivations(long tiles) {
    return tokens(tiles) * (8L * config.hiddenSize() + 2L * config.intermediateSize());
  }

  /**
   * Returns the number of values beside {@link #layerActivations} at the highest point of a layer's
   * way back: the gradient of the MLP's second width (the other takes the place of what was kept),
   * of input and output, and of the largest weight.
   */
  public long layerGradients(long tiles) {
    long d = config.hiddenSize();
    long m = config.intermediateSize();
    return tokens(tiles) * (m + 2 * d) + d * m;
  }
}
