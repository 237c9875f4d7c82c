package org.rsavlm.train.config;

/**
 * Held-out measurement after each stage.
 *
 * @param data image-caption pairs that no stage trains on
 * @param samples pairs used, the first of {@code data}
 * @param k neighbours of mutual-kNN
 * @param batchSize pairs of one forward pass
 */
public record EvaluationRecipe(
    SourceRecipe data,
    @Default("1000") int samples,
    @Default("10") int k,
    @Default("64") int batchSize) {

  /** Checks the ranges. */
  public EvaluationRecipe {
    Check.atLeast("samples", samples, 2);
    Check.atLeast("k", k, 1);
    Check.that(k < samples, "k", k, "below samples (" + samples + ")");
    Check.atLeast("batch_size", batchSize, 1);
  }
}
