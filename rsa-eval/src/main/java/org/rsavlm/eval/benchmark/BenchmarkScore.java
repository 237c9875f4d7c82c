package org.rsavlm.eval.benchmark;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a benchmark makes of a model's answers.
 *
 * @param score the benchmark's own score: 0 to 1, MME's 0 to 2800
 * @param questions how many answers it is made of
 * @param metrics further numbers by name
 * @param tables scores by what questions are grouped by (category, subject, …), then by group
 */
public record BenchmarkScore(
    double score,
    int questions,
    Map<String, Double> metrics,
    Map<String, Map<String, GroupScore>> tables) {

  /** Copies the maps, keeping their order. */
  public BenchmarkScore {
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    tables = Collections.unmodifiableMap(new LinkedHashMap<>(tables));
  }
}
