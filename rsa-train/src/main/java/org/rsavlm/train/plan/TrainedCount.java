package org.rsavlm.train.plan;

import org.rsavlm.models.cost.VlmCost;
import org.rsavlm.train.config.Trainable;

/** How many scalars a stage trains. */
final class TrainedCount {

  private TrainedCount() {}

  /** The parts' parameters, grouped as {@link org.rsavlm.train.step.TrainedParts} does. */
  static long of(VlmCost cost, Trainable trainable) {
    return (trainable.vision() ? cost.tower().parameters() : 0)
        + (trainable.projector() ? cost.projector().parameters() : 0)
        + (trainable.imageNewline() ? cost.projector().newlineParameters() : 0)
        + (trainable.language() ? cost.decoder().parameters() : 0)
        + (trainable.tokenEmbeddings() ? cost.decoder().embeddingParameters() : 0);
  }

  /** Whether the head's weights are trained: with the embedding where it is the head. */
  static boolean head(VlmCost cost, Trainable trainable) {
    return cost.decoder().config().tieWordEmbeddings()
        ? trainable.tokenEmbeddings()
        : trainable.language();
  }
}
