package org.rsavlm.train.step;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.RsaStatistics;

/**
 * What a step found.
 *
 * @param lossLm mean cross-entropy over the supervised tokens of the batch, in nats
 * @param lossRsa Eq. 5 over the batch's image-caption pairs; NaN where there are none, or RSA is
 *     off
 * @param loss what is minimised (Eq. 6)
 * @param samples in the batch
 * @param pairs samples that took part in RSA
 * @param tokens through the language model, image tokens included and captions alone left out
 * @param supervised tokens that the language-modelling loss covers
 * @param statistics of the pooled rows; null where RSA is off or has no pair
 * @param textScale what multiplied the text distances
 * @param sampleIds of the batch, for messages
 */
public record StepResult(
    double lossLm,
    double lossRsa,
    double loss,
    int samples,
    int pairs,
    long tokens,
    long supervised,
    @Nullable RsaStatistics statistics,
    double textScale,
    List<String> sampleIds) {

  /** Whether every loss is a finite number. */
  public boolean finite() {
    return Double.isFinite(loss);
  }
}
