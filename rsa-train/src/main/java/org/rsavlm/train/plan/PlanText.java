package org.rsavlm.train.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.rsavlm.train.plan.MemoryPlan.Item;

/** A plan as lines for a terminal, and the numbers as readers want them. */
final class PlanText {

  private static final String ROW = "%6s %8s %5s %6s %7s %8s %8s %7s %6s %8s %8s";

  private final Plan plan;

  PlanText(Plan plan) {
    this.plan = plan;
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s on %s, shape of %s: %s parameters (tower %s, projector %s, language model %s)"
            .formatted(
                plan.recipe(),
                plan.cluster().name(),
                plan.model().source(),
                count(plan.model().cost().parameters()),
                count(plan.model().cost().tower().parameters()),
                count(plan.model().cost().projector().parameters()),
                count(
                    plan.model().cost().decoder().parameters()
                        + plan.model().cost().decoder().embeddingParameters())));
    plan.stages().forEach(stage -> stage(lines, stage));
    lines.add("");
    lines.add("assumed:");
    plan.assumptions().forEach((name, value) -> lines.add("  " + name + ": " + value));
    return lines;
  }

  private void stage(List<String> lines, StagePlan stage) {
    lines.add("");
    List<String> about = plan.about(stage);
    lines.add("stage " + stage.stage().name() + ": " + about.get(0));
    about.stream().skip(1).forEach(line -> lines.add("  " + line));
    lines.add(
        ROW.formatted(
            "GPUs",
            "GB a GPU",
            "fits",
            "micro",
            "largest",
            "sent GB",
            "PFLOP",
            "step s",
            "MFU",
            "days",
            "weak"));
    for (int i = 0; i < stage.points().size(); i++) {
      lines.add(row(stage, i));
    }
    for (PlanPoint point : stage.points()) {
      lines.add("  GB on %d: %s".formatted(point.gpus(), memory(point.memory())));
    }
    stage.advice().forEach(line -> lines.add("  " + line));
  }

  private String row(StagePlan stage, int i) {
    PlanPoint point = stage.points().get(i);
    return ROW.formatted(
        point.gpus(),
        gigabytes(point.memory().total()),
        fits(point) ? "yes" : "no",
        Math.min(stage.stage().microBatch(), point.share()),
        point.largestMicroBatch(),
        gigabytes(point.traffic().total()),
        number(point.batch() * stage.flops().hardware() / 1e15, 1),
        number(point.seconds(), 2),
        percent(point.mfu()),
        days(stage.days(point)),
        number(100 * StagePlan.efficiency(stage.weak(), i), 1) + " %");
  }

  private boolean fits(PlanPoint point) {
    return point.memory().total() <= plan.cluster().memory();
  }

  private static String memory(MemoryPlan memory) {
    return memory.bytes().entrySet().stream()
        .filter(entry -> entry.getValue() > 0)
        .map(
            entry ->
                entry.getKey().label()
                    + (entry.getKey() == Item.WORK ? " (" + memory.moment() + ")" : "")
                    + " "
                    + gigabytes(entry.getValue()))
        .collect(Collectors.joining(", "));
  }

  static String gigabytes(double bytes) {
    return number(bytes / 1e9, bytes < 1e10 ? 2 : 1);
  }

  static String number(double value, int decimals) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%." + decimals + "f", value) : "–";
  }

  /** Days, to a quarter of an hour where they are few. */
  static String days(double value) {
    return number(value, value < 1 ? 3 : 2);
  }

  static String percent(double share) {
    return number(100 * share, 0) + " %";
  }

  static String whole(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** A number of parameters, in millions or thousand millions. */
  static String count(long value) {
    return value >= 1e9
        ? number(value / 1e9, 2) + "B"
        : value >= 1e6 ? number(value / 1e6, 1) + "M" : whole(value);
  }
}
