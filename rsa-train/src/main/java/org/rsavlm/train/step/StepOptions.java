package org.rsavlm.train.step;

import org.jspecify.annotations.Nullable;
import org.rsavlm.core.RsaLoss;
import org.rsavlm.core.ScaleMatch;
import org.rsavlm.models.nn.LanguageHeadLoss;

/**
 * How a step is computed.
 *
 * @param rsa the auxiliary loss; null for the language-modelling loss alone
 * @param inContext take the text representation from the caption behind its image, instead of from
 *     the caption alone (Eq. 2)
 * @param fullPooling average the image tokens of all tiles ("Full" in Table 2), instead of those of
 *     the base image (Eq. 1)
 * @param scale brings the text distances to the scale of the vision distances; null for the paper's
 *     loss
 * @param checkpointing keep the inputs of layers only, and compute the rest again on the way back
 * @param keptCaptionBytes under checkpointing, what a step may keep of the captions' own pass: as
 *     many micro-batches as fit go back without being computed again
 * @param chunk rows of logits computed at once
 */
public record StepOptions(
    @Nullable RsaLoss rsa,
    boolean inContext,
    boolean fullPooling,
    @Nullable ScaleMatch scale,
    boolean checkpointing,
    long keptCaptionBytes,
    int chunk) {

  /** The language-modelling loss alone, nothing recomputed. */
  public static StepOptions languageModelOnly() {
    return new StepOptions(null, false, false, null, false, 0, LanguageHeadLoss.DEFAULT_CHUNK);
  }

  /** With the RSA loss. */
  public StepOptions withRsa(RsaLoss loss) {
    return new StepOptions(
        loss, inContext, fullPooling, scale, checkpointing, keptCaptionBytes, chunk);
  }

  /** With text representations from the caption behind its image, or not. */
  public StepOptions withInContext(boolean behindImage) {
    return new StepOptions(
        rsa, behindImage, fullPooling, scale, checkpointing, keptCaptionBytes, chunk);
  }

  /** With vision representations from all tiles, or from the base image. */
  public StepOptions withFullPooling(boolean allTiles) {
    return new StepOptions(rsa, inContext, allTiles, scale, checkpointing, keptCaptionBytes, chunk);
  }

  /** With scale matching. */
  public StepOptions withScale(ScaleMatch match) {
    return new StepOptions(
        rsa, inContext, fullPooling, match, checkpointing, keptCaptionBytes, chunk);
  }

  /** With activation checkpointing or not. */
  public StepOptions withCheckpointing(boolean on) {
    return new StepOptions(rsa, inContext, fullPooling, scale, on, keptCaptionBytes, chunk);
  }

  /** With so many bytes for what checkpointing may keep of the captions. */
  public StepOptions withKeptCaptionBytes(long bytes) {
    return new StepOptions(rsa, inContext, fullPooling, scale, checkpointing, bytes, chunk);
  }
}
