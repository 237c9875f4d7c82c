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
 * @param batchSize samples a step, over all micro-batches and ranks
 * @param microBatchSize samples of one forward pass; more than a batch means the whole batch
 * @param microBatchTokens fills each forward pass up to so many tokens, image tokens included, with
 *     {@code micro_batch_size} not applied; a longer sample goes alone. 0 leaves it to {@code
 *     micro_batch_size}. Either way the gradient is that of the whole batch
 * @param dropLast leave out the samples at the end of an epoch that don't fill a batch
 * @param groupByModality fill a batch with samples that have images, or with text-only ones
 * @param epochs passes over the data
 * @param maxSteps stops after so many steps; 0 leaves it to {@code epochs}
 * @param schedule of the learning rate after warm-up
 * @param warmupRatio share of the steps during which the learning rate rises from 0
 * @param weightDecay decoupled weight decay of matrices, as AdamW's
 * @param betas AdamW's two decay rates of the moments
 * @param epsilon AdamW's epsilon
 * @param maxGradNorm global norm to which gradients are clipped; 0 for no clipping
 * @param activationCheckpointing recompute each block in the backward pass: less memory, more time
 * @param lossChunk rows of logits computed at once; with 151,936 words 1024 float32 rows take 620
 *     MB
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
    @Default("256") int batchSize,
    @Default("16") int microBatchSize,
    @Default("0") int microBatchTokens,
    @Default("false") boolean dropLast,
    @Default("false") boolean groupByModality,
    @Default("1") int epochs,
    @Default("0") int maxSteps,
    @Default("cosine") Schedule schedule,
    @Default("0.03") double warmupRatio,
    @Default("0") double weightDecay,
    @Default("[0.9, 0.999]") List<Double> betas,
    @Default("1e-8") double epsilon,
    @Default("1") double maxGradNorm,
    @Default("false") boolean activationCheckpointing,
    @Default("1024") int lossChunk,
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

  /** Course of the learning rate after warm-up. */
  public enum Schedule {
    /** Half a cosine down to 0. */
    COSINE,
    /** A straight line down to 0. */
    LINEAR,
    /** No change. */
    CONSTANT
  }

  /** Checks every range, and that what is trained has a learning rate. */
  public StageRecipe {
    data = List.copyOf(data);
    betas = List.copyOf(betas);
    Recipe.checkName("name", name);
    if (data.isEmpty()) {
      throw new InvalidValueException("data", "is an empty list", "give at least one source");
    }
    Check.atLeast("batch_size", batchSize, 1);
    Check.atLeast("micro_batch_size", microBatchSize, 1);
    microBatchSize = Math.min(microBatchSize, batchSize);
    Check.atLeast("micro_batch_tokens", microBatchTokens, 0);
    Check.atLeast("epochs", epochs, 1);
    Check.atLeast("max_steps", maxSteps, 0);
    Check.within("warmup_ratio", warmupRatio, 0, 1);
    Check.atLeast("weight_decay", weightDecay, 0);
    if (betas.size() != 2) {
      throw new InvalidValueException(
          "betas", "has " + betas.size() + " values", "it must be two, such as [0.9, 0.999]");
    }
    betas.forEach(beta -> Check.within("betas", beta, 0, 1));
    Check.above("epsilon", epsilon, 0);
    Check.atLeast("max_grad_norm", maxGradNorm, 0);
    Check.atLeast("loss_chunk", lossChunk, 1);
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
    return new StageRecipe(
        name,
        data,
        prompt,
        images,
        trainable,
        learningRate,
        batchSize,
        microBatchSize,
        microBatchTokens,
        dropLast,
        groupByModality,
        epochs,
        maxSteps,
        schedule,
        warmupRatio,
        weightDecay,
        betas,
        epsilon,
        maxGradNorm,
        activationCheckpointing,
        lossChunk,
        maxLength,
        other,
        evaluate);
  }
}
