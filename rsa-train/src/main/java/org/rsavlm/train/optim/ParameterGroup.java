package org.rsavlm.train.optim;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
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

  /**
   * Returns the names of all groups' parameters, in their order.
   *
   * @throws IllegalArgumentException if a parameter is in two groups
   */
  static List<String> names(List<ParameterGroup> groups) {
    List<String> names = new ArrayList<>();
    groups.forEach(group -> names.addAll(group.parameters().keySet()));
    if (names.stream().distinct().count() != names.size()) {
      throw new IllegalArgumentException("a parameter is in two groups");
    }
    return names;
  }

  /** Returns the learning rates of a step by the names of the groups. */
  static Map<String, Double> rates(List<ParameterGroup> groups, double factor) {
    Map<String, Double> rates = new LinkedHashMap<>();
    groups.forEach(group -> rates.put(group.name(), factor * group.learningRate()));
    return rates;
  }
}
