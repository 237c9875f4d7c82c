package org.rsavlm.train.config;

import java.util.List;

/**
 * One stage of training. Defaults are the values that LLaVA-OneVision uses in every stage.
 *
 * @param name such as {@code 1}, {@code 1.5} or {@code 2}; names the stage's output directory
 * @param data the sources, read as one shuffled set
 * @param prompt how a conversation becomes tokens and labels
 * @param images how an image becomes tiles
 * @param trainable the parts that learn
 * @param learningRate of each part at the top of the schedule
 * @param batch how samples become steps
 * @param course how many steps, and the learning rates over them
 * @param optimizer constants of AdamW
 * @param memory what is given up in time for memory
 * @param maxLength tokens of a sample, image tokens included; a longer sample is rejected
 * @param rsa the auxiliary loss; off when absent
 * @param evaluate take the held-out measures of the recipe's {@code evaluation} behind the stage;
 *     pointless for one that only teaches a fresh language model its words
 */
public record StageRecipe(
    String name,
    List<SourceRecipe> data,
    Prompt prompt,
    @Default("{}") ImageRecipe images,
    Trainable trainable,
    LearningRates learningRate,
    @Flattened BatchRecipe batch,
    @Flattened CourseRecipe course,
    @Flattened OptimizerRecipe optimizer,
    @Flattened MemoryRecipe memory,
    @Default("8192") int maxLength,
    @Default("{enabled: false}") RsaRecipe rsa,
    @Default("true") boolean evaluate) {

  /** How a conversation becomes tokens and labels. */
  public enum Prompt {
    /** Image and caption alone; the human's text is dropped. */
    PLAIN,
    /** ChatML with Qwen's system line; the assistant's turns are trained. */
    QWEN_1_5
  }

  /** Checks that there is data, and that what is trained has a learning rate. */
  public StageRecipe {
    data = List.copyOf(data);
    Recipe.checkName("name", name);
    if (data.isEmpty()) {
      throw new InvalidValueException("data", "is an empty list", "give at least one source");
    }
    Check.atLeast("max_length", maxLength, 1);
    trainable.requireRates(learningRate);
    if (rsa.enabled() && data.stream().noneMatch(SourceRecipe::mayHoldPairs)) {
      throw new InvalidValueException(
          "rsa.enabled",
          "is true but no source of the stage holds image-caption pairs",
          "set `rsa: true` at the sources that do, or disable it");
    }
  }

  /** The same with another RSA loss. */
  public StageRecipe withRsa(RsaRecipe other) {
    return Records.with(this, "rsa", other);
  }
}
