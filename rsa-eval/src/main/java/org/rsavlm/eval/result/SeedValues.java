package org.rsavlm.eval.result;

import java.util.Arrays;
import java.util.List;

/**
 * One measure over the seeds of an experiment, in the order of the seeds.
 *
 * @param values one value a seed, at least one
 */
public record SeedValues(List<Double> values) {

  /** Copies the values. */
  public SeedValues {
    values = List.copyOf(values);
    if (values.isEmpty()) {
      throw new IllegalArgumentException("at least one value is needed");
    }
  }

  /** Makes a measure of the values of the seeds, in their order. */
  public static SeedValues of(double... values) {
    return new SeedValues(Arrays.stream(values).boxed().toList());
  }

  /** Returns the mean over seeds. */
  public double mean() {
    return values.stream().mapToDouble(Double::doubleValue).sum() / values.size();
  }

  /** Returns the sample standard deviation over seeds, 0 for a single one. */
  public double deviation() {
    if (values.size() < 2) {
      return 0;
    }
    double mean = mean();
    double squares = values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
    return Math.sqrt(squares / (values.size() - 1));
  }

  /** Returns the number of seeds. */
  public int size() {
    return values.size();
  }

  /** Differences seed by seed, where both have the same seeds; else the difference of means. */
  public SeedValues minus(SeedValues other) {
    if (size() != other.size()) {
      return of(mean() - other.mean());
    }
    double[] differences = new double[size()];
    for (int i = 0; i < differences.length; i++) {
      differences[i] = values.get(i) - other.values.get(i);
    }
    return of(differences);
  }
}
