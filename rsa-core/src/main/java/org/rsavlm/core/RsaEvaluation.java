package org.rsavlm.core;

import ai.djl.ndarray.NDArray;

/**
 * The RSA loss of a batch with its gradients by the rows, before lambda.
 *
 * @param loss the value of Eq. 5
 * @param visionGradient dL/dvision, [N, dv] in float64
 * @param textGradient dL/dtext, [N, dt] in float64; zeros where the text side is stopped
 * @param statistics what the two spaces look like
 */
public record RsaEvaluation(
    double loss, NDArray visionGradient, NDArray textGradient, RsaStatistics statistics)
    implements AutoCloseable {

  /** Frees the gradients. */
  @Override
  public void close() {
    visionGradient.close();
    textGradient.close();
  }
}
