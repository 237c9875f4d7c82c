package org.rsavlm.train.plan;

import org.rsavlm.models.cost.VlmCost;

/** Plans one stage of a model on a cluster. */
final class StagePlanner {

  private final VlmCost cost;
  private final Cluster cluster;
  private final PlanAssumptions assumed;

  StagePlanner(VlmCost cost, Cluster cluster, PlanAssumptions assumed) {
    this.cost = cost;
    this.cluster = cluster;
    this.assumed = assumed;
  }

  /**
   * Plans a number of GPUs. A step takes what the rank with most samples computes at the assumed
   * share of the peak, and what communication is not hidden; MFU counts the operations of all
   * samples without recomputation over what all GPUs could do meanwhile (PaLM, appendix B).
   */
  PlanPoint plan(PlannedStage stage, int gpus) {
    int share = (stage.batch() + gpus - 1) / gpus;
    StepFlops flops = StepFlops.of(cost, stage);
    Traffic traffic = Traffic.of(cost, stage, gpus, assumed.sharded());
    double compute = share * flops.hardware() / (cluster.peak() * assumed.efficiency());
    double sent = traffic.total() / (cluster.ring(gpus) * assumed.linkEfficiency());
    double open = (1 - assumed.overlap()) * sent;
    // What hides still takes its time where it takes more than computation.
    double seconds = Math.max(compute + open, sent);
    double mfu = stage.batch() * flops.model() / (seconds * gpus * cluster.peak());
    return new PlanPoint(
        gpus,
        stage.batch(),
        share,
        new MemoryPlanner(cost, assumed).plan(stage, gpus),
        largestMicroBatch(stage, gpus, share),
        traffic,
        seconds,
        seconds - compute,
        mfu);
  }

  boolean fits(PlannedStage stage, int gpus) {
    return bytes(stage, gpus) <= cluster.memory();
  }

  long bytes(PlannedStage stage, int gpus) {
    return new MemoryPlanner(cost, assumed).plan(stage, gpus).total();
  }

  /** More samples never take less memory, so that halving finds the most that fit. */
  private int largestMicroBatch(PlannedStage stage, int gpus, int share) {
    int fitting = 0;
    int tooMany = share + 1;
    while (tooMany - fitting > 1) {
      int middle = (fitting + tooMany) / 2;
      if (fits(stage.withMicroBatch(middle), gpus)) {
        fitting = middle;
      } else {
        tooMany = middle;
      }
    }
    return fitting;
  }
}
