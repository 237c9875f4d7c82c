package org.rsavlm.models.generation;

import java.util.Set;
import org.rsavlm.core.UserException;

/**
 * How a model writes. Names and meanings are those of Hugging Face transformers.
 *
 * @param maxNewTokens how many tokens are made at most, at least 1
 * @param temperature what scores are divided by before a token is drawn; 0 takes the best token
 *     instead (greedy), and then {@code topK}, {@code topP} and {@code seed} mean nothing
 * @param topK draw among this many best tokens only (and those tied with the last); 0 for all
 * @param topP draw among the fewest best tokens whose probabilities reach this sum; 1 for all
 * @param repetitionPenalty above 1, makes tokens of the prompt and those made so far less likely: a
 *     positive score is divided by it, a negative one multiplied; 1 leaves them alone
 * @param stopIds tokens that end a row, such as {@code <|im_end|>}
 * @param seed of the draws: the same seed, prompts and options give the same tokens. Each row has a
 *     stream of its own, which depends on the seed and the row's place
 */
public record GenerationOptions(
    int maxNewTokens,
    double temperature,
    int topK,
    double topP,
    double repetitionPenalty,
    Set<Long> stopIds,
    long seed) {

  /**
   * Checks the values.
   *
   * @throws UserException if one is out of range; it names the option
   */
  public GenerationOptions {
    check(maxNewTokens >= 1, "max-new-tokens", maxNewTokens, "at least 1");
    check(temperature >= 0 && temperature <= 1e6, "temperature", temperature, "0 to 1e6");
    check(topK >= 0, "top-k", topK, "0 (all) or more");
    check(topP >= 0 && topP <= 1, "top-p", topP, "0 to 1");
    check(
        repetitionPenalty > 0 && repetitionPenalty <= 1e6,
        "repetition-penalty",
        repetitionPenalty,
        "above 0, at most 1e6");
    stopIds = Set.copyOf(stopIds);
  }

  private static void check(boolean right, String option, Number value, String allowed) {
    if (!right) {
      throw new UserException(option, value + "; allowed is " + allowed, "change the value");
    }
  }

  /** Returns options that take the best token at each step, without penalty and stop tokens. */
  public static GenerationOptions greedy(int maxNewTokens) {
    return new GenerationOptions(maxNewTokens, 0, 0, 1, 1, Set.of(), 0);
  }

  /** Tells whether the best token is taken instead of a drawn one. */
  public boolean isGreedy() {
    return temperature == 0;
  }

  /** Returns these options with tokens drawn at a temperature, from a seed. */
  public GenerationOptions withSampling(double newTemperature, long newSeed) {
    return new GenerationOptions(
        maxNewTokens, newTemperature, topK, topP, repetitionPenalty, stopIds, newSeed);
  }

  /** Returns these options with draws among the k best tokens. */
  public GenerationOptions withTopK(int k) {
    return new GenerationOptions(
        maxNewTokens, temperature, k, topP, repetitionPenalty, stopIds, seed);
  }

  /** Returns these options with draws among the best tokens that make up the probability p. */
  public GenerationOptions withTopP(double p) {
    return new GenerationOptions(
        maxNewTokens, temperature, topK, p, repetitionPenalty, stopIds, seed);
  }

  /** Returns these options with another penalty. */
  public GenerationOptions withRepetitionPenalty(double penalty) {
    return new GenerationOptions(maxNewTokens, temperature, topK, topP, penalty, stopIds, seed);
  }

  /** Returns these options with other stop tokens. */
  public GenerationOptions withStopIds(Set<Long> ids) {
    return new GenerationOptions(
        maxNewTokens, temperature, topK, topP, repetitionPenalty, ids, seed);
  }
}
