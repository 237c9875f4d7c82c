package org.rsavlm.train.plan;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import org.rsavlm.train.plan.MemoryPlan.Item;

/** A plan as one document. */
final class PlanJson {

  private PlanJson() {}

  static ObjectNode of(Plan plan) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("recipe", plan.recipe()).put("shape", plan.model().source());
    json.put("parameters", plan.model().cost().parameters());
    Cluster cluster = plan.cluster();
    ObjectNode machines = json.putObject("cluster").put("name", cluster.name());
    machines.put("flops_per_second", cluster.peak()).put("memory_bytes", cluster.memory());
    machines.put("gpus_per_node", cluster.gpusPerNode());
    machines.put("link_bytes_per_second", cluster.linkGigabytes() * 1e9);
    machines.put("network_bytes_per_second", cluster.networkGigabytes() * 1e9);
    ObjectNode assumed = json.putObject("assumptions");
    plan.assumptions().forEach(assumed::put);
    ArrayNode stages = json.putArray("stages");
    plan.stages().forEach(stage -> stages.add(stage(stage, cluster)));
    return json;
  }

  private static ObjectNode stage(StagePlan plan, Cluster cluster) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("stage", plan.stage().name()).put("trained_parameters", plan.trained());
    json.put("samples", plan.samples().samples()).put("steps", plan.steps());
    json.put("model_flops_per_sample", plan.flops().model());
    json.put("recomputed_flops_per_sample", plan.flops().recomputed());
    json.put("average_tokens", plan.stage().average().length());
    json.put("largest_tokens", plan.stage().largest().length());
    ArrayNode points = json.putArray("gpus");
    for (int i = 0; i < plan.points().size(); i++) {
      points.add(point(plan, plan.points().get(i), cluster));
    }
    ArrayNode weak = json.putArray("weak_scaling");
    List<PlanPoint> curve = plan.weak();
    for (int i = 0; i < curve.size(); i++) {
      ObjectNode one = weak.addObject().put("gpus", curve.get(i).gpus());
      one.put("batch", curve.get(i).batch()).put("step_seconds", curve.get(i).seconds());
      one.put("efficiency", StagePlan.efficiency(curve, i));
    }
    ArrayNode advice = json.putArray("advice");
    plan.advice().forEach(line -> advice.add(line.strip()));
    return json;
  }

  private static ObjectNode point(StagePlan plan, PlanPoint point, Cluster cluster) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("gpus", point.gpus()).put("samples_of_busiest", point.share());
    ObjectNode memory = json.putObject("memory_bytes");
    point.memory().bytes().forEach((item, bytes) -> memory.put(key(item), bytes));
    json.put("peak_bytes", point.memory().total()).put("peak_at", point.memory().moment());
    json.put("fits", point.memory().total() <= cluster.memory());
    json.put("largest_micro_batch", point.largestMicroBatch());
    ObjectNode sent = json.putObject("sent_bytes");
    sent.put("gradients", point.traffic().gradients()).put("weights", point.traffic().weights());
    sent.put("pooled_rows", point.traffic().rows());
    json.put("step_seconds", point.seconds());
    json.put("communication_seconds", point.communicationSeconds()).put("mfu", point.mfu());
    if (plan.steps() > 0) {
      json.put("days", plan.days(point));
    }
    return json;
  }

  private static String key(Item item) {
    return item.name().toLowerCase(Locale.ROOT);
  }
}
