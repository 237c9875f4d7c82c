package org.rsavlm.eval.study;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The mean over a category's benchmarks at each checkpoint, for every run over the same ones: those
 * that all runs have measured. A checkpoint without one of them has no mean, as it would be one of
 * something else.
 *
 * @param label the category, and how many of its benchmarks count
 * @param curves step and mean by the run's key
 * @param note which benchmarks are missing, and which checkpoints; empty if nothing is
 */
record CategoryAverage(String label, Map<String, TreeMap<Long, Double>> curves, String note) {

  /**
   * Averages.
   *
   * @param scores by the run's key, the benchmark and the step
   * @return null where no run has measured a benchmark of the category
   */
  static @Nullable CategoryAverage of(
      Study.Category category, Map<String, Map<String, TreeMap<Long, Double>>> scores) {
    List<Study.Benchmark> all = category.benchmarks();
    Map<String, Map<String, TreeMap<Long, Double>>> runs = new LinkedHashMap<>(scores);
    runs.values().removeIf(run -> all.stream().noneMatch(one -> run.containsKey(one.id())));
    if (runs.isEmpty()) {
      return null;
    }
    List<Study.Benchmark> counted = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (Study.Benchmark one : all) {
      if (runs.values().stream().allMatch(run -> run.containsKey(one.id()))) {
        counted.add(one);
      } else {
        missing.add(one.label());
      }
    }
    Map<String, TreeMap<Long, Double>> curves = new LinkedHashMap<>();
    List<String> gaps = new ArrayList<>();
    if (!counted.isEmpty()) {
      runs.forEach(
          (key, run) -> {
            TreeMap<Long, Double> means = means(counted, run);
            if (!means.isEmpty()) {
              curves.put(key, means);
            }
            TreeSet<Long> without = new TreeSet<>();
            counted.forEach(
                one -> without.addAll(run.getOrDefault(one.id(), new TreeMap<>()).keySet()));
            without.removeAll(means.keySet());
            without.forEach(step -> gaps.add(key + "@" + step));
          });
    }
    return new CategoryAverage(
        category.label() + ", mean of " + counted.size() + " of " + all.size(),
        curves,
        note(category, counted, missing, gaps));
  }

  private static TreeMap<Long, Double> means(
      List<Study.Benchmark> counted, Map<String, TreeMap<Long, Double>> run) {
    TreeMap<Long, Double> means = new TreeMap<>();
    TreeMap<Long, Double> first = run.getOrDefault(counted.get(0).id(), new TreeMap<>());
    for (long step : first.keySet()) {
      double sum = 0;
      for (Study.Benchmark one : counted) {
        sum +=
            run.getOrDefault(one.id(), new TreeMap<>()).getOrDefault(step, Double.NaN)
                / one.maximum();
      }
      if (Double.isFinite(sum)) {
        means.put(step, sum / counted.size());
      }
    }
    return means;
  }

  private static String note(
      Study.Category category,
      List<Study.Benchmark> counted,
      List<String> missing,
      List<String> gaps) {
    List<String> parts = new ArrayList<>();
    if (!missing.isEmpty()) {
      String of = String.join(", ", counted.stream().map(Study.Benchmark::label).toList());
      parts.add(
          (counted.isEmpty() ? "no mean" : "the mean is that of " + of)
              + "; not every run has measured "
              + String.join(", ", missing));
    }
    if (!gaps.isEmpty()) {
      parts.add("no mean, as benchmarks are missing, at " + String.join(", ", gaps));
    }
    return parts.isEmpty() ? "" : category.label() + ": " + String.join("; ", parts) + ".";
  }
}
