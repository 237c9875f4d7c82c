package org.rsavlm.train.config;

/**
 * How samples are read ahead of the training step.
 *
 * @param workers threads that decode images and tokenise
 * @param prefetch batches that wait ready
 * @param maxRejectedShare share of broken samples at which training stops with an error
 */
public record LoaderRecipe(
    @Default("2") int workers,
    @Default("4") int prefetch,
    @Default("0.01") double maxRejectedShare) {

  /** Checks the ranges. */
  public LoaderRecipe {
    Check.atLeast("workers", workers, 1);
    Check.atLeast("prefetch", prefetch, 1);
    Check.that(
        maxRejectedShare >= 0 && maxRejectedShare <= 1,
        "max_rejected_share",
        maxRejectedShare,
        "between 0 and 1");
  }
}
