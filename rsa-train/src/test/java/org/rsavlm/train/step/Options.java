package org.rsavlm.train.step;

import org.rsavlm.core.Distance;
import org.rsavlm.train.config.MemoryRecipe;
import org.rsavlm.train.config.Records;
import org.rsavlm.train.config.RsaRecipe;
import org.rsavlm.train.config.RsaRecipe.ImagePooling;
import org.rsavlm.train.config.RsaRecipe.TextSide;

/** Options of a step, changed one at a time. */
final class Options {

  private static final MemoryRecipe NOTHING_RECOMPUTED = new MemoryRecipe(false, 1024);

  private Options() {}

  static StepOptions languageModelOnly() {
    return new StepOptions(recipe(1).withEnabled(false), NOTHING_RECOMPUTED, 0);
  }

  static StepOptions rsa(double lambda) {
    return rsa(recipe(lambda));
  }

  static StepOptions rsa(RsaRecipe recipe) {
    return new StepOptions(recipe, NOTHING_RECOMPUTED, 0);
  }

  static RsaRecipe recipe(double lambda) {
    return new RsaRecipe(
        true,
        lambda,
        Distance.EUCLIDEAN,
        false,
        ImagePooling.BASE,
        TextSide.CAPTION,
        false,
        1,
        512);
  }

  static StepOptions checkpointing(StepOptions options, boolean on) {
    MemoryRecipe memory = Records.with(options.memory(), "activationCheckpointing", on);
    return Records.with(options, "memory", memory);
  }

  static StepOptions keeping(StepOptions options, long captionBytes) {
    return Records.with(options, "keptCaptionBytes", captionBytes);
  }

  static StepOptions fullPooling(StepOptions options, boolean full) {
    return with(options, "imagePooling", full ? ImagePooling.FULL : ImagePooling.BASE);
  }

  static StepOptions inContext(StepOptions options, boolean behindImage) {
    return with(options, "text", behindImage ? TextSide.IN_CONTEXT : TextSide.CAPTION);
  }

  private static StepOptions with(StepOptions options, String key, Object value) {
    return Records.with(options, "rsa", Records.with(options.rsa(), key, value));
  }
}
