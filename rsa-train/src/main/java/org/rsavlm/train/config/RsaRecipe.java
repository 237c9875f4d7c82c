package org.rsavlm.train.config;

import org.rsavlm.core.Distance;
import org.rsavlm.core.RsaLoss;
import org.rsavlm.core.ScaleMatch;

/**
 * The RSA loss of a stage (Eq. 5) and its weight (Eq. 6).
 *
 * @param enabled whether it is added to the language modelling loss
 * @param lambda its weight; {@code auto} in the file takes {@link Distance#defaultLambda}: 0.01 for
 *     Euclidean, 1 for cosine
 * @param distance between two samples of one side
 * @param stopGradientText hold the text side fixed: the loss then moves the image encoder alone
 * @param imagePooling the image tokens that are averaged
 * @param text the sequence whose caption tokens are averaged
 * @param matchScale multiply the text distances by a constant that makes their mean equal the image
 *     distances' (not in the paper; see docs on small scale)
 * @param matchScaleMomentum share of that constant which each batch keeps; 1 keeps that of the
 *     first batch
 * @param keepCaptionsMb under activation checkpointing, MiB in which a step may keep what the
 *     captions' own pass computed, by {@link org.rsavlm.models.qwen2.Qwen2Model#activationBytes}:
 *     so many micro-batches' captions are not computed again on the way back; 0 computes all of
 *     them again
 */
public record RsaRecipe(
    boolean enabled,
    @Default("auto") double lambda,
    @Default("euclidean") Distance distance,
    @Default("false") boolean stopGradientText,
    @Default("base") ImagePooling imagePooling,
    @Default("caption") TextSide text,
    @Default("false") boolean matchScale,
    @Default("1") double matchScaleMomentum,
    @Default("512") int keepCaptionsMb) {

  /** The image tokens that are averaged. */
  public enum ImagePooling {
    /** Those of the base image: the paper's choice. */
    BASE,
    /** Those of the base image and all tiles ("Full" in Table 2). */
    FULL
  }

  /** The sequence whose caption tokens are averaged. */
  public enum TextSide {
    /** The caption alone through the language model (Eq. 2). */
    CAPTION,
    /** The caption in the sequence that the language model is trained on, behind the image. */
    IN_CONTEXT
  }

  /** Checks the weight, and takes the distance's own where none is given. */
  public RsaRecipe {
    lambda = Double.isNaN(lambda) ? distance.defaultLambda() : lambda;
    Check.atLeast("lambda", lambda, 0);
    Check.that(
        matchScaleMomentum >= 0 && matchScaleMomentum <= 1,
        "match_scale_momentum",
        matchScaleMomentum,
        "between 0 and 1");
    Check.atLeast("keep_captions_mb", keepCaptionsMb, 0);
  }

  /** The loss, before any scale. */
  public RsaLoss loss() {
    return RsaLoss.builder()
        .distance(distance)
        .lambda(lambda)
        .stopGradientText(stopGradientText)
        .build();
  }

  /** What the text distances are multiplied by, before the first batch. */
  public ScaleMatch scale() {
    if (!enabled || !matchScale) {
      return ScaleMatch.off();
    }
    return matchScaleMomentum == 1
        ? ScaleMatch.firstBatch()
        : ScaleMatch.running(matchScaleMomentum);
  }

  /** The same loss, switched off or on. */
  public RsaRecipe withEnabled(boolean on) {
    return Records.with(this, "enabled", on);
  }

  /** The same with another weight, and scale matching or not. */
  public RsaRecipe withLambda(double weight, boolean matched) {
    return Records.with(Records.with(this, "lambda", weight), "matchScale", matched);
  }
}
