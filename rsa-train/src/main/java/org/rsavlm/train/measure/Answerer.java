package org.rsavlm.train.measure;

import ai.djl.ndarray.NDManager;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.rsavlm.models.generation.Generation;
import org.rsavlm.models.generation.GenerationOptions;
import org.rsavlm.models.generation.Generator;
import org.rsavlm.models.generation.Prompt;
import org.rsavlm.models.llava.VisionLanguageModel;
import org.rsavlm.models.text.Tokenizer;

/** Continues prompts: a model with its way of generating. */
@FunctionalInterface
public interface Answerer {

  /**
   * Answers a batch.
   *
   * @param prompts one to batch size of them
   * @return the new token ids of each, in the same order
   */
  List<long[]> answer(List<Prompt> prompts);

  /**
   * Returns a model that always takes the best token, until it ends its turn.
   *
   * @param manager on the model's device; owns nothing after a call
   * @param model the model
   * @param tokenizer tells the tokens that end an answer
   * @param maxNewTokens tokens after which an answer is cut off
   */
  static Answerer greedy(
      NDManager manager, VisionLanguageModel model, Tokenizer tokenizer, int maxNewTokens) {
    Generator generator = Generator.of(model);
    Set<Long> stops = new HashSet<>();
    tokenizer.find(Tokenizer.IM_END).ifPresent(stops::add);
    tokenizer.find(Tokenizer.END_OF_TEXT).ifPresent(stops::add);
    GenerationOptions options = GenerationOptions.greedy(maxNewTokens).withStopIds(stops);
    return prompts ->
        generator.generate(manager, prompts, options).stream()
            .map(Generation::idsBeforeStop)
            .toList();
  }
}
