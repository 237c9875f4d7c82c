package org.rsavlm.train.config;

import org.jspecify.annotations.Nullable;

/**
 * Held-out measurement after each stage, and on a few of the pairs, the probe set, during it.
 *
 * @param data image-caption pairs that no stage trains on
 * @param samples pairs used, the first of {@code data}
 * @param k neighbours of mutual-kNN
 * @param batchSize pairs of one forward pass
 * @param questions single questions about held-out pictures, answered after the last stage; absent:
 *     none
 * @param questionCount questions asked, the first of {@code questions}
 * @param everySteps steps between two measurements of the probe set, which is then also measured
 *     before a stage's first step and after its last; 0 leaves it out
 * @param probeSamples pairs of the probe set, the first of {@code data}
 * @param probeGrid whether to note the probe set's mutual-kNN of every pair of layers as well
 */
public record EvaluationRecipe(
    SourceRecipe data,
    @Default("1000") int samples,
    @Default("10") int k,
    @Default("64") int batchSize,
    @Nullable SourceRecipe questions,
    @Default("200") int questionCount,
    @Default("0") int everySteps,
    @Default("256") int probeSamples,
    @Default("false") boolean probeGrid) {

  /** Checks the ranges. */
  public EvaluationRecipe {
    Check.atLeast("samples", samples, 2);
    Check.atLeast("k", k, 1);
    Check.that(k < samples, "k", k, "below samples (" + samples + ")");
    Check.atLeast("batch_size", batchSize, 1);
    Check.atLeast("question_count", questionCount, 1);
    Check.atLeast("every_steps", everySteps, 0);
    Check.atLeast("probe_samples", probeSamples, 2);
    Check.that(
        everySteps == 0 || k < probeSamples,
        "probe_samples",
        probeSamples,
        "above k (" + k + ") where every_steps is set");
  }
}
