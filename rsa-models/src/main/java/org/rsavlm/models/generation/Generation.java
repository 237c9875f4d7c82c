package org.rsavlm.models.generation;

import java.util.Arrays;
import java.util.Objects;

/**
 * What a model wrote after a prompt.
 *
 * @param ids the new tokens, a stop token included
 * @param logProbabilities natural logarithm of each token's probability by the model itself, before
 *     penalty, temperature, top-k and top-p
 * @param finish why it ended
 */
public record Generation(long[] ids, double[] logProbabilities, FinishReason finish) {

  /** Checks the lengths. */
  public Generation {
    if (ids.length != logProbabilities.length) {
      throw new IllegalArgumentException(
          ids.length + " ids but " + logProbabilities.length + " log-probabilities");
    }
  }

  /** Returns the ids without the stop token. */
  public long[] idsBeforeStop() {
    return finish == FinishReason.STOP ? Arrays.copyOf(ids, ids.length - 1) : ids.clone();
  }

  /** Compares contents. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Generation that
        && Arrays.equals(ids, that.ids)
        && Arrays.equals(logProbabilities, that.logProbabilities)
        && finish == that.finish;
  }

  @Override
  public int hashCode() {
    return Objects.hash(Arrays.hashCode(ids), Arrays.hashCode(logProbabilities), finish);
  }
}
