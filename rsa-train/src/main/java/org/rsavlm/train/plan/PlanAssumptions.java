package org.rsavlm.train.plan;

import org.rsavlm.core.UserException;
import org.rsavlm.models.image.Resolution;

/**
 * What can't be read from a recipe or a cluster. The command's options set them, and every plan
 * prints them.
 *
 * @param efficiency share of a GPU's peak that the step's operations reach, recomputation included
 * @param linkEfficiency share of a link's speed that a ring reaches
 * @param overlap share of the communication that hides behind computation
 * @param image pixels of an average image, from which tiles and tokens follow
 * @param textTokens trained tokens of an average sample: a dense caption, or answers
 * @param overheadGigabytes memory of a process without a model: CUDA context, libraries, NCCL
 * @param bucketMegabytes float32 buffers in which gradients are reduced, where there is another
 *     rank or a narrower type; two of them, so that one fills while the other is sent
 * @param sharded whether ranks share the optimiser's state (ZeRO-1)
 */
public record PlanAssumptions(
    double efficiency,
    double linkEfficiency,
    double overlap,
    Resolution image,
    int textTokens,
    double overheadGigabytes,
    double bucketMegabytes,
    boolean sharded) {

  /** What is assumed where nothing is said. */
  public static final PlanAssumptions DEFAULT =
      new PlanAssumptions(0.4, 0.8, 0, new Resolution(640, 480), 200, 2, 256, true);

  /** Checks the ranges. */
  public PlanAssumptions {
    require(efficiency > 0 && efficiency <= 1, "--efficiency", efficiency, "above 0, at most 1");
    require(
        linkEfficiency > 0 && linkEfficiency <= 1, "link", linkEfficiency, "above 0, at most 1");
    require(overlap >= 0 && overlap <= 1, "--overlap", overlap, "from 0 to 1");
    require(image.width() > 0 && image.height() > 0, "--image-size", image, "of positive sides");
    require(textTokens > 0, "--text-tokens", textTokens, "at least 1");
    require(overheadGigabytes >= 0, "--overhead", overheadGigabytes, "at least 0");
    require(bucketMegabytes >= 0, "bucket", bucketMegabytes, "at least 0");
  }

  private static void require(boolean ok, String where, Object value, String allowed) {
    if (!ok) {
      throw new UserException(where, "is " + value, "it must be " + allowed);
    }
  }
}
