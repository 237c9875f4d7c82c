package org.rsavlm.eval.benchmark;

import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.rsavlm.core.UserException;
import org.rsavlm.models.generation.Generation;
import org.rsavlm.models.generation.GenerationOptions;
import org.rsavlm.models.generation.Generator;
import org.rsavlm.models.generation.Prompt;
import org.rsavlm.models.generation.PromptMaker;
import org.rsavlm.models.generation.StopIds;
import org.rsavlm.models.llava.LoadedVlm;
import org.rsavlm.models.llava.VisionLanguageModel;
import org.rsavlm.models.llava.VocabularyCheck;
import org.rsavlm.models.text.PromptTemplate;
import org.rsavlm.models.text.Tokenizer;

/** Answers with a vision-language model that takes the best token at each step. */
public final class ModelResponder implements Responder {

  private final NDManager manager;
  private final Generator generator;
  private final PromptMaker prompts;
  private final Set<Long> stopIds;

  /**
   * Keeps a model.
   *
   * @param manager on the model's device; owns nothing after a call
   * @param model its parameters loaded
   * @param prompts the model's tokenizer, template and image processor
   * @param stopIds tokens that end an answer
   * @throws UserException if the tokenizer has more tokens than the model
   */
  public ModelResponder(
      NDManager manager, VisionLanguageModel model, PromptMaker prompts, Set<Long> stopIds) {
    VocabularyCheck.requireRows(
        "model", prompts.tokenizer(), model.config().language().vocabSize());
    this.manager = manager;
    this.generator = Generator.of(model);
    this.prompts = prompts;
    this.stopIds = Set.copyOf(stopIds);
  }

  /**
   * Returns a responder of a loaded model, which ends and asks as its directory says.
   *
   * @param manager on the model's device; owns nothing after a call
   */
  public static ModelResponder of(NDManager manager, LoadedVlm vlm) {
    PromptMaker prompts = PromptMaker.of(vlm, PromptTemplate.QWEN_1_5);
    Set<Long> stopIds = StopIds.of(vlm);
    return new ModelResponder(manager, vlm.model(), prompts, stopIds);
  }

  @Override
  public List<String> answer(List<Question> questions, int maxNewTokens) {
    GenerationOptions options = GenerationOptions.greedy(maxNewTokens).withStopIds(stopIds);
    List<Prompt> batch = questions.stream().map(this::prompt).toList();
    return generator.generate(manager, batch, options).stream().map(this::text).toList();
  }

  private Prompt prompt(Question question) {
    try {
      return prompts.question(question.text(), question.images());
    } catch (UserException e) {
      throw new UserException(
          "question " + question.id(), String.valueOf(e.getMessage()), "mend the data", e);
    }
  }

  /** Models have more embedding rows than their tokenizer has tokens; those rows have no text. */
  private String text(Generation made) {
    Tokenizer tokenizer = prompts.tokenizer();
    long[] known =
        Arrays.stream(made.idsBeforeStop()).filter(id -> id < tokenizer.vocabularySize()).toArray();
    return tokenizer.decode(known, /* skipSpecial= */ true);
  }
}
