package org.rsavlm.train.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.models.cost.VlmCost;

/** What to change where a stage doesn't fit or GPUs wait, each change tried out. */
final class Advice {

  private static final int MOST_GPUS = 4096;
  private static final int SMALL_CHUNK = 128;

  private final VlmCost cost;
  private final Cluster cluster;
  private final PlanAssumptions assumed;

  Advice(VlmCost cost, Cluster cluster, PlanAssumptions assumed) {
    this.cost = cost;
    this.cluster = cluster;
    this.assumed = assumed;
  }

  /** The lines for one number of GPUs; none where all is well. */
  List<String> of(PlannedStage stage, PlanPoint point) {
    List<String> lines = new ArrayList<>();
    int gpus = point.gpus();
    boolean fits = point.memory().total() <= cluster.memory();
    if (!fits && point.largestMicroBatch() > 0) {
      lines.add(on(gpus) + "set micro_batch_size: " + point.largestMicroBatch());
    } else if (!fits) {
      lines.add(on(gpus) + "not even one sample at a time fits. What would change that:");
      lines.addAll(changes(stage.withMicroBatch(1), gpus));
    }
    if (stage.batch() < gpus) {
      lines.add(on(gpus) + (gpus - stage.batch()) + " have no sample: raise batch_size");
    } else if (point.share() * gpus > stage.batch()) {
      lines.add(
          on(gpus)
              + "a batch of %d waits for GPUs with %d samples; one of %d would take as long"
                  .formatted(stage.batch(), point.share(), point.share() * gpus));
    }
    return lines;
  }

  private static String on(int gpus) {
    return gpus + (gpus == 1 ? " GPU: " : " GPUs: ");
  }

  private List<String> changes(PlannedStage stage, int gpus) {
    List<String> lines = new ArrayList<>();
    long now = planner(assumed).bytes(stage, gpus);
    if (!stage.checkpointing()) {
      tried(lines, "activation_checkpointing: true", stage.withCheckpointing(), gpus, now);
    }
    if (stage.dtype() != TorchDtype.BFLOAT16) {
      tried(lines, "dtype: bfloat16", stage.withBfloat16(), gpus, now);
    }
    if (stage.keptCaptionBytes() > 0 && stage.captionsBack()) {
      tried(lines, "rsa.keep_captions_mb: 0", stage.withoutKeptCaptions(), gpus, now);
    }
    if (stage.lossChunk() > SMALL_CHUNK) {
      tried(lines, "loss_chunk: " + SMALL_CHUNK, stage.withLossChunk(SMALL_CHUNK), gpus, now);
    }
    if (stage.rsa() && stage.batch() > gpus) {
      int half = Math.max(gpus, stage.batch() / 2);
      tried(lines, "batch_size: " + half, stage.withBatch(half), gpus, now);
    }
    if (!assumed.sharded() && gpus > 1) {
      long bytes = planner(sharded()).bytes(stage, gpus);
      lines.add(line("sharing the optimiser's state over ranks (ZeRO-1)", bytes, now));
    }
    if (stage.largest().tiles() > stage.average().tiles()) {
      tried(
          lines,
          "images no larger than the average",
          stage.withLargest(stage.average()),
          gpus,
          now);
    }
    lines.add(moreGpus(stage, gpus));
    return lines;
  }

  private StagePlanner planner(PlanAssumptions under) {
    return new StagePlanner(cost, cluster, under);
  }

  private PlanAssumptions sharded() {
    return new PlanAssumptions(
        assumed.efficiency(),
        assumed.linkEfficiency(),
        assumed.overlap(),
        assumed.image(),
        assumed.textTokens(),
        assumed.overheadGigabytes(),
        assumed.bucketMegabytes(),
        true);
  }

  private void tried(List<String> lines, String change, PlannedStage changed, int gpus, long now) {
    long bytes = planner(assumed).bytes(changed, gpus);
    if (bytes < now) {
      lines.add(line(change, bytes, now));
    }
  }

  private String line(String change, long bytes, long now) {
    return String.format(
        Locale.ROOT,
        "  %s saves %.1f GB: %.1f GB, which %s",
        change,
        (now - bytes) / 1e9,
        bytes / 1e9,
        bytes <= cluster.memory() ? "fits" : "does not fit");
  }

  private String moreGpus(PlannedStage stage, int gpus) {
    for (int more = 2 * gpus; more <= MOST_GPUS; more *= 2) {
      if (planner(assumed).fits(stage, more)) {
        return "  " + more + " GPUs: fits";
      }
    }
    return "  more GPUs alone do not help: what every rank holds is above a GPU's memory";
  }
}
