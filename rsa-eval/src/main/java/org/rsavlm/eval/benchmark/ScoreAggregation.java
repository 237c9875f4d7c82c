package org.rsavlm.eval.benchmark;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** How the scored answers of a run become its score. */
@FunctionalInterface
interface ScoreAggregation {

  /** Returns the score of at least one answer. */
  BenchmarkScore of(List<ScoredAnswer> answers);

  /** Takes the mean of all answers, with a table of means for each of some tags. */
  static ScoreAggregation mean(String... tags) {
    return answers ->
        new BenchmarkScore(
            average(answers),
            answers.size(),
            Map.of(),
            tables(answers, ScoreAggregation::average, tags));
  }

  /**
   * Scores as MMStar does: within a group of answers, the mean over its finer categories of their
   * means.
   */
  static ScoreAggregation meanOverMeans(String tag, String finer) {
    ToDoubleFunction<List<ScoredAnswer>> score =
        group ->
            groups(group, one -> one.tag(finer)).values().stream()
                .mapToDouble(ScoreAggregation::average)
                .average()
                .orElse(0);
    return answers -> {
      Map<String, Map<String, GroupScore>> tables = tables(answers, score, tag);
      tables.put(finer, table(answers, ScoreAggregation::average, finer));
      return new BenchmarkScore(score.applyAsDouble(answers), answers.size(), Map.of(), tables);
    };
  }

  /**
   * Scores as MMBench does: a unit is right if all its rotations are. Units without their first
   * rotation, which a limit may cut off, do not count.
   *
   * @param first the tag that the first rotation alone has
   */
  static ScoreAggregation circular(String first, String... tags) {
    return answers -> {
      List<ScoredAnswer> units = new ArrayList<>();
      for (List<ScoredAnswer> unit : groups(answers, ScoredAnswer::unit).values()) {
        double right = unit.stream().mapToDouble(ScoredAnswer::score).min().orElse(0);
        unit.stream()
            .filter(one -> one.tags().containsKey(first))
            .forEach(one -> units.add(new ScoredAnswer(one.unit(), right, one.tags())));
      }
      return new BenchmarkScore(
          average(units),
          answers.size(),
          Map.of("single_rotation_accuracy", average(answers)),
          tables(units, ScoreAggregation::average, tags));
    };
  }

  /**
   * Scores as MME does: for each category the share of right answers and the share of images with
   * both answers right, in per cent, added. Images without both answers, which a limit may cut off,
   * do not count.
   */
  static ScoreAggregation mme(List<String> perception) {
    return answers -> {
      Map<String, GroupScore> categories = new TreeMap<>();
      Map<String, Double> metrics = new LinkedHashMap<>();
      metrics.put("perception", 0.0);
      metrics.put("cognition", 0.0);
      groups(answers, one -> one.tag("category"))
          .forEach(
              (category, group) -> {
                List<List<ScoredAnswer>> pairs =
                    groups(group, ScoredAnswer::unit).values().stream()
                        .filter(pair -> pair.size() == 2)
                        .toList();
                if (!pairs.isEmpty()) {
                  double score =
                      pairs.stream().mapToDouble(ScoreAggregation::pairScore).average().orElse(0);
                  categories.put(category, new GroupScore(score, 2 * pairs.size()));
                  metrics.merge(
                      perception.contains(category) ? "perception" : "cognition",
                      score,
                      Double::sum);
                }
              });
      double sum = metrics.values().stream().mapToDouble(x -> x).sum();
      return new BenchmarkScore(sum, answers.size(), metrics, Map.of("category", categories));
    };
  }

  private static double pairScore(List<ScoredAnswer> pair) {
    double right = pair.stream().mapToDouble(ScoredAnswer::score).sum();
    return 100 * right / 2 + (right == 2 ? 100 : 0);
  }

  /** Scores as POPE does: accuracy, and precision, recall and F1 of the answer yes. */
  static ScoreAggregation yesNo(String... tags) {
    return answers -> {
      double truePositives = count(answers, "yes", "yes");
      double falsePositives = count(answers, "yes", "no");
      double falseNegatives = count(answers, "no", "yes");
      double precision = ratio(truePositives, truePositives + falsePositives);
      double recall = ratio(truePositives, truePositives + falseNegatives);
      double questionsOfYes = answers.stream().filter(a -> a.tag("truth").equals("yes")).count();
      Map<String, Double> metrics = new LinkedHashMap<>();
      metrics.put("accuracy", average(answers));
      metrics.put("precision", precision);
      metrics.put("recall", recall);
      metrics.put("f1_score", ratio(2 * precision * recall, precision + recall));
      metrics.put("yes_ratio", ratio(questionsOfYes, answers.size()));
      metrics.put("answered_yes_ratio", ratio(truePositives + falsePositives, answers.size()));
      return new BenchmarkScore(
          average(answers),
          answers.size(),
          metrics,
          tables(answers, ScoreAggregation::average, tags));
    };
  }

  private static double count(List<ScoredAnswer> answers, String answer, String truth) {
    return answers.stream()
        .filter(one -> one.tag("answer").equals(answer) && one.tag("truth").equals(truth))
        .count();
  }

  private static double ratio(double part, double whole) {
    return whole > 0 ? part / whole : 0;
  }

  private static double average(List<ScoredAnswer> answers) {
    return answers.stream().mapToDouble(ScoredAnswer::score).average().orElse(0);
  }

  private static Map<String, List<ScoredAnswer>> groups(
      List<ScoredAnswer> answers, Function<ScoredAnswer, String> key) {
    Map<String, List<ScoredAnswer>> groups = new TreeMap<>();
    answers.forEach(one -> groups.computeIfAbsent(key.apply(one), k -> new ArrayList<>()).add(one));
    return groups;
  }

  private static Map<String, GroupScore> table(
      List<ScoredAnswer> answers, ToDoubleFunction<List<ScoredAnswer>> score, String tag) {
    Map<String, GroupScore> table = new TreeMap<>();
    groups(answers, one -> one.tag(tag))
        .forEach(
            (name, group) ->
                table.put(name, new GroupScore(score.applyAsDouble(group), group.size())));
    return table;
  }

  private static Map<String, Map<String, GroupScore>> tables(
      List<ScoredAnswer> answers, ToDoubleFunction<List<ScoredAnswer>> score, String... tags) {
    Map<String, Map<String, GroupScore>> tables = new LinkedHashMap<>();
    for (String tag : tags) {
      tables.put(tag, table(answers, score, tag));
    }
    return tables;
  }
}
