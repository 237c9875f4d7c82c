package org.rsavlm.train.run;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.rsavlm.eval.result.Measure;
import org.rsavlm.train.config.StageRecipe;
import org.rsavlm.train.monitor.ProbeMetrics;
import org.rsavlm.train.monitor.StepMetrics;
import org.rsavlm.train.monitor.TrainingListener;
import org.rsavlm.train.run.TrainingRun.FinishedStage;

/**
 * What a stage has come to, against its start, in a line. Start and end are compared on the same
 * pairs only: on the probe set where there is one; else on the held-out pairs, with what the stage
 * before ended with.
 */
final class StageSummary implements TrainingListener {

  private static final List<Measure> SHOWN =
      List.of(
          Measure.LM_LOSS,
          Measure.MUTUAL_KNN,
          Measure.EFFECTIVE_RANK_VISION,
          Measure.EFFECTIVE_RANK_TEXT);

  private final StageRecipe stage;
  private long samples;
  private double seconds;
  private long rejected;

  /** Follows a stage from here on. */
  StageSummary(StageRecipe stage) {
    this.stage = stage;
  }

  @Override
  public void onStep(StepMetrics metrics) {
    samples += metrics.samples();
    seconds += metrics.seconds();
    rejected = metrics.skipped();
  }

  /**
   * The line.
   *
   * @param steps that the stage has
   * @param probes of the stage, in the order of their steps
   * @param before the stages before
   * @param held the held-out measures of this stage; empty if there are none
   */
  String line(
      long steps, List<ProbeMetrics> probes, List<FinishedStage> before, Map<String, Double> held) {
    List<String> parts = new ArrayList<>();
    if (isWhole(probes, steps)) {
      parts.add("probe set: ");
      measures(parts, probes.get(0).measures(), probes.get(probes.size() - 1).measures());
    } else if (!held.isEmpty()) {
      parts.add("held-out ");
      measures(parts, comparable(before), held);
    }
    if (seconds > 0) {
      parts.add(String.format(Locale.ROOT, "%.0f samples/s, ", samples / seconds));
      parts.add(rejected + " rejected, ");
    }
    String text = String.join("", parts);
    return text.isEmpty() ? "in an earlier session" : text.substring(0, text.length() - 2);
  }

  private static boolean isWhole(List<ProbeMetrics> probes, long steps) {
    return !probes.isEmpty()
        && probes.get(0).step() == 0
        && probes.get(probes.size() - 1).step() == steps;
  }

  /** What the last measured stage ended with, as far as this stage is measured alike. */
  private Map<String, Double> comparable(List<FinishedStage> before) {
    if (before.isEmpty()) {
      return Map.of();
    }
    FinishedStage last = before.get(before.size() - 1);
    StageRecipe then = last.recipe();
    if (!then.images().equals(stage.images()) || then.maxLength() != stage.maxLength()) {
      return Map.of(); // perhaps other pairs were usable
    }
    Map<String, Double> start = new HashMap<>(last.measures());
    if (then.prompt() != stage.prompt()) { // which the features don't see
      start.remove(Measure.LM_LOSS.key());
    }
    return start;
  }

  private static void measures(
      List<String> parts, Map<String, Double> start, Map<String, Double> end) {
    for (Measure measure : SHOWN) {
      Double last = end.get(measure.key());
      if (last != null) {
        Double first = start.get(measure.key());
        String from = first == null ? "" : number(measure, first) + " -> ";
        parts.add(name(measure) + " " + from + number(measure, last) + ", ");
      }
    }
  }

  private static String name(Measure measure) {
    return switch (measure) {
      case LM_LOSS -> "LM loss";
      case MUTUAL_KNN -> "mutual-kNN";
      case EFFECTIVE_RANK_VISION -> "effective rank vision";
      case EFFECTIVE_RANK_TEXT -> "text";
      default -> measure.label();
    };
  }

  private static String number(Measure measure, double value) {
    return String.format(Locale.ROOT, "%." + measure.decimals() + "f", value);
  }
}
