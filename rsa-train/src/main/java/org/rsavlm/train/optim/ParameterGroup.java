package org.rsavlm.train.optim;

import ai.djl.ndarray.NDArray;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Parameters that are trained with one learning rate.
 *
 * @param name such as {@code vision}
 * @param learningRate at the top of the schedule
 * @param parameters by their names in checkpoints
 */
public record ParameterGroup(String name, double learningRate, Map<String, NDArray> parameters) {

  /** Keeps the order of the parameters. */
  public ParameterGroup {
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    if (!(learningRate >= 0) || Double.isInfinite(learningRate)) {
      throw new IllegalArgumentException(
          "the learning rate of " + name + " is " + learningRate + "; it must be at least 0");
    }
  }
}
