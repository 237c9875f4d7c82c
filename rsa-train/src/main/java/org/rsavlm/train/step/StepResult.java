package org.rsavlm.train.step;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.RsaStatistics;

/**
 * What a step found.
 *
 * @param lossLm mean cross-entropy over the supervised tokens of the batch, in nats; NaN where the
 *     step was given up
 * @param loss what is minimised (Eq. 6); as {@code lossLm} without RSA
 * @param rsa of the batch's image-caption pairs; null where there are none, RSA is off, or the step
 *     was given up
 * @param counts what the batch held
 * @param sampleIds of the batch, for messages
 */
public record StepResult(
    double lossLm, double loss, @Nullable Rsa rsa, BatchCounts counts, List<String> sampleIds) {

  /**
   * The auxiliary loss.
   *
   * @param loss Eq. 5, before its weight
   * @param statistics of the pooled rows
   * @param textScale what multiplied the text distances
   */
  public record Rsa(double loss, RsaStatistics statistics, double textScale) {}

  /** Copies the ids. */
  public StepResult {
    sampleIds = List.copyOf(sampleIds);
  }

  static StepResult languageModelOnly(double loss, BatchCounts counts, List<String> ids) {
    return new StepResult(loss, loss, null, counts, ids);
  }

  /** A step whose RSA loss can't be computed: it has no loss, and added no gradient. */
  static StepResult givenUp(BatchCounts counts, List<String> ids) {
    return languageModelOnly(Double.NaN, counts, ids);
  }

  /** Returns Eq. 5 over the batch's pairs; NaN without {@link #rsa}. */
  public double lossRsa() {
    return rsa == null ? Double.NaN : rsa.loss();
  }

  /** Whether every loss is a finite number. */
  public boolean finite() {
    return Double.isFinite(loss);
  }
}
