package org.rsavlm.train.config;

import org.jspecify.annotations.Nullable;

/**
 * Held-out measurement after each stage.
 *
 * @param data image-caption pairs that no stage trains on
 * @param samples pairs used, the first of {@code data}
 * @param k neighbours of mutual-kNN
 * @param batchSize pairs of one forward pass
 * @param questions single questions about held-out pictures, answered after the last stage; absent:
 *     none
 * @param questionCount questions asked, the first of {@code questions}
 */
public record EvaluationRecipe(
    SourceRecipe data,
    @Default("1000") int samples,
    @Default("10") int k,
    @Default("64") int batchSize,
    @Nullable SourceRecipe questions,
    @Default("200") int questionCount) {

  /** Checks the ranges. */
  public EvaluationRecipe {
    Check.atLeast("samples", samples, 2);
    Check.atLeast("k", k, 1);
    Check.that(k < samples, "k", k, "below samples (" + samples + ")");
    Check.atLeast("batch_size", batchSize, 1);
    Check.atLeast("question_count", questionCount, 1);
  }

  /** The same without questions. */
  public EvaluationRecipe withoutQuestions() {
    return new EvaluationRecipe(data, samples, k, batchSize, null, questionCount);
  }
}
