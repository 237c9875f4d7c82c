package org.rsavlm.train.plan;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a recipe takes on a cluster: {@link Planner} makes it.
 *
 * @param recipe name of the recipe
 * @param model its shape
 * @param cluster the machines
 * @param assumed what was assumed
 * @param stages the plans
 */
public record Plan(
    String recipe,
    PlannedModel model,
    Cluster cluster,
    PlanAssumptions assumed,
    List<StagePlan> stages) {

  /** Copies the list. */
  public Plan {
    stages = List.copyOf(stages);
  }

  /** Returns the plan as text: a table a stage, memory by item, advice, assumptions. */
  public List<String> lines() {
    return new PlanText(this).lines();
  }

  /** Returns the plan for programs; bytes, seconds and operations are plain numbers. */
  public ObjectNode json() {
    return PlanJson.of(this);
  }

  /**
   * Writes the plan as a page with curves over GPUs.
   *
   * @param provenance name and value of what it rests on
   * @throws org.rsavlm.core.UserException if the file system refuses
   */
  public void writePage(Path file, Map<String, String> provenance) {
    new PlanReport(this).page(Collections.unmodifiableMap(provenance)).writeTo(file);
  }

  /** Names and values of all assumptions, for readers. */
  Map<String, String> assumptions() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put(
        "speed",
        PlanText.percent(assumed.efficiency())
            + " of "
            + PlanText.number(cluster.teraflops(), 0)
            + " TFLOP/s, recomputation included (--efficiency)");
    all.put(
        "links",
        PlanText.percent(assumed.linkEfficiency())
            + " of %s GB/s in a node of %d, of %s GB/s between nodes; %s hidden (--overlap)"
                .formatted(
                    PlanText.number(cluster.linkGigabytes(), 0),
                    cluster.gpusPerNode(),
                    PlanText.number(cluster.networkGigabytes(), 0),
                    PlanText.percent(assumed.overlap())));
    all.put(
        "memory",
        "every image as large as they get, text as for time; %s GB of %s GB a process without a model (--overhead)"
            .formatted(
                PlanText.number(assumed.overheadGigabytes(), 1),
                PlanText.number(cluster.gigabytes(), 0)));
    all.put(
        "time",
        "every sample has an average image of %s pixels where tiles are cut (--image-size) and %d"
                .formatted(assumed.image(), assumed.textTokens())
            + " trained tokens (--text-tokens); reading data, saving and measuring take none");
    all.put(
        "optimiser",
        assumed.sharded()
            ? "shared out over ranks (ZeRO-1)"
            : "whole on every rank (--replicated)");
    return all;
  }

  /** Notes that belong to a stage. */
  List<String> about(StagePlan plan) {
    List<String> lines = new ArrayList<>();
    SampleShape average = plan.stage().average();
    SampleShape largest = plan.stage().largest();
    lines.add(
        "%s of %s parameters trained; %s samples (%s), %s steps of %d"
            .formatted(
                PlanText.count(plan.trained()),
                PlanText.count(model.cost().parameters()),
                plan.samples().samples() == 0 ? "?" : PlanText.whole(plan.samples().samples()),
                plan.samples().source(),
                plan.steps() == 0 ? "?" : PlanText.whole(plan.steps()),
                plan.stage().batch()));
    lines.add(
        "A sample: %s tokens of %s on average, at most %s of %s; %s TFLOP, and %s computed again"
            .formatted(
                PlanText.whole(average.length()),
                tiles(average.tiles()),
                PlanText.whole(largest.length()),
                tiles(largest.tiles()),
                PlanText.number(plan.flops().model() / 1e12, 1),
                PlanText.number(plan.flops().recomputed() / 1e12, 1)));
    return lines;
  }

  private static String tiles(long tiles) {
    return tiles + (tiles == 1 ? " tile" : " tiles");
  }
}
