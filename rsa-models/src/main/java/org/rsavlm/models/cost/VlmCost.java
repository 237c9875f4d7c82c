package org.rsavlm.models.cost;

import org.rsavlm.models.llava.VlmConfig;

/**
 * Cost of a vision-language model, part by part.
 *
 * @param tower the image encoder
 * @param projector between the two
 * @param decoder the language model
 */
public record VlmCost(TowerCost tower, ProjectorCost projector, DecoderCost decoder) {

  /** Returns the cost of a config's model. */
  public static VlmCost of(VlmConfig config) {
    return new VlmCost(
        new TowerCost(config.vision()),
        new ProjectorCost(
            config.vision().hiddenSize(), config.language().hiddenSize(), config.projectorBias()),
        new DecoderCost(config.language()));
  }

  /** Returns the number of scalars in all parameters. */
  public long parameters() {
    return tower.parameters()
        + projector.parameters()
        + projector.newlineParameters()
        + decoder.parameters()
        + decoder.embeddingParameters();
  }
}
