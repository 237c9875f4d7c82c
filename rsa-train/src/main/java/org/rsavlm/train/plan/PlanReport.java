package org.rsavlm.train.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.rsavlm.eval.report.PlanPage;
import org.rsavlm.eval.report.PlanPage.Curves;
import org.rsavlm.eval.report.PlanPage.Section;
import org.rsavlm.eval.report.PlanPage.Stacks;
import org.rsavlm.train.plan.MemoryPlan.Item;

/** A plan as a page. */
final class PlanReport {

  /** Parts of the memory's bars; a page has six colours. */
  private static final Map<String, List<Item>> PARTS = new LinkedHashMap<>();

  static {
    PARTS.put("weights", List.of(Item.WEIGHTS));
    PARTS.put("gradients", List.of(Item.GRADIENTS));
    PARTS.put("optimiser and buckets", List.of(Item.OPTIMIZER, Item.BUCKETS));
    PARTS.put(
        "kept for the way back", List.of(Item.VISION, Item.PIXELS, Item.CAPTIONS, Item.LANGUAGE));
    PARTS.put("at work", List.of(Item.WORK));
    PARTS.put("process", List.of(Item.OVERHEAD));
  }

  private final Plan plan;

  PlanReport(Plan plan) {
    this.plan = plan;
  }

  PlanPage page(Map<String, String> provenance) {
    List<Section> sections = new ArrayList<>();
    sections.add(curves());
    plan.stages().forEach(stage -> sections.add(stage(stage)));
    sections.add(assumed());
    return new PlanPage(
        plan.recipe() + " on " + plan.cluster().name(),
        "%s parameters; memory, communication, time and MFU by number of GPUs, computed, not measured"
            .formatted(PlanText.count(plan.model().cost().parameters())),
        sections,
        provenance);
  }

  private Section curves() {
    List<Curves> curves = new ArrayList<>();
    if (plan.stages().stream().allMatch(stage -> stage.steps() > 0)) {
      curves.add(curve("Days", StagePlan::curve, stage -> stage::days));
    }
    curves.add(curve("Seconds a step", StagePlan::curve, stage -> PlanPoint::seconds));
    curves.add(curve("MFU, %", StagePlan::curve, stage -> point -> 100 * point.mfu()));
    curves.add(curve("Memory of a GPU, GB", StagePlan::curve, s -> p -> p.memory().total() / 1e9));
    curves.add(
        curve(
            "Weak scaling: samples a second and GPU, %",
            StagePlan::weakCurve,
            stage -> {
              double first = stage.weakCurve().get(0).samplesPerSecondAndGpu();
              return point -> 100 * point.samplesPerSecondAndGpu() / first;
            }));
    curves.add(
        curve(
            "Weak scaling: communication, % of a step",
            StagePlan::weakCurve,
            stage -> point -> 100 * point.communicationSeconds() / point.seconds()));
    return new Section(
        "Over GPUs",
        List.of(),
        curves,
        null,
        List.of(),
        List.of(),
        List.of(
            "Days, seconds, MFU and memory are at the recipe's batch: where it does not divide by"
                + " the GPUs, a step waits for those that have a sample more. Weak scaling keeps"
                + " the samples of a GPU as they are on the most, so that the batch grows."));
  }

  private Curves curve(
      String caption,
      Function<StagePlan, List<PlanPoint>> points,
      Function<StagePlan, ToDoubleFunction<PlanPoint>> value) {
    Map<String, List<double[]>> lines = new LinkedHashMap<>();
    for (StagePlan stage : plan.stages()) {
      ToDoubleFunction<PlanPoint> of = value.apply(stage);
      lines.put(
          "stage " + stage.stage().name(),
          points.apply(stage).stream()
              .map(point -> new double[] {point.gpus(), of.applyAsDouble(point)})
              .toList());
    }
    List<Integer> marks = plan.stages().get(0).points().stream().map(PlanPoint::gpus).toList();
    return new Curves(caption, marks, lines);
  }

  private Section stage(StagePlan stage) {
    List<String> columns = new ArrayList<>();
    columns.add("GPUs");
    stage.points().forEach(point -> columns.add(String.valueOf(point.gpus())));
    List<List<String>> rows = new ArrayList<>();
    row(rows, stage, "fits", p -> p.memory().total() <= plan.cluster().memory() ? "yes" : "no");
    row(rows, stage, "memory, GB", p -> PlanText.gigabytes(p.memory().total()));
    for (Item item : Item.values()) {
      if (stage.points().stream().anyMatch(p -> p.memory().bytes().getOrDefault(item, 0L) > 0)) {
        row(rows, stage, "· " + item.label(), p -> gigabytes(p, item));
      }
    }
    row(rows, stage, "largest micro-batch", p -> String.valueOf(p.largestMicroBatch()));
    row(rows, stage, "sent a step, GB", p -> PlanText.gigabytes(p.traffic().total()));
    row(rows, stage, "step, s", p -> PlanText.number(p.seconds(), 2));
    row(rows, stage, "· communication, s", p -> PlanText.number(p.communicationSeconds(), 2));
    row(rows, stage, "MFU", p -> PlanText.percent(p.mfu()));
    row(rows, stage, "days", p -> PlanText.days(stage.days(p)));
    return new Section(
        "Stage " + stage.stage().name(),
        plan.about(stage),
        List.of(),
        stacks(stage),
        columns,
        rows,
        stage.advice());
  }

  private static void row(
      List<List<String>> rows, StagePlan stage, String name, Function<PlanPoint, String> value) {
    List<String> row = new ArrayList<>();
    row.add(name);
    stage.points().forEach(point -> row.add(value.apply(point)));
    rows.add(row);
  }

  private static String gigabytes(PlanPoint point, Item item) {
    return PlanText.gigabytes(point.memory().bytes().getOrDefault(item, 0L));
  }

  private Stacks stacks(StagePlan stage) {
    Map<String, List<Double>> bars = new LinkedHashMap<>();
    for (PlanPoint point : stage.points()) {
      bars.put(
          String.valueOf(point.gpus()),
          PARTS.values().stream().map(items -> sum(point, items)).toList());
    }
    return new Stacks(
        "Memory of a GPU, GB", List.copyOf(PARTS.keySet()), bars, plan.cluster().gigabytes());
  }

  private static double sum(PlanPoint point, List<Item> items) {
    return items.stream().mapToLong(item -> point.memory().bytes().getOrDefault(item, 0L)).sum()
        / 1e9;
  }

  private Section assumed() {
    List<String> notes = new ArrayList<>();
    plan.assumptions().forEach((name, value) -> notes.add(name + ": " + value));
    return new Section("Assumed", notes, List.of(), null, List.of(), List.of(), List.of());
  }
}
