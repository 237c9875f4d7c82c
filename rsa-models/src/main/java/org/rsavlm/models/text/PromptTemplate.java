package org.rsavlm.models.text;

import java.util.List;
import org.rsavlm.core.UserException;

/**
 * How a conversation becomes a sequence of ids, and which of them are trained. Equal to
 * LLaVA-NeXT's {@code preprocess_plain} and {@code preprocess_qwen} after {@code
 * preprocess_multimodal}, but for the differences in {@code docs/prompts.md}.
 *
 * <p>A turn with exactly one {@link #IMAGE_PLACEHOLDER} away from its start gets it moved to the
 * front, followed by a line break. The number of placeholders must equal the number of images: a
 * sample that breaks this is refused, never repaired. Nothing is truncated.
 */
public enum PromptTemplate {
  /**
   * Stage-1's form: an image and its caption. The human text is dropped; ids are the image, the
   * caption and a line break; everything after the image is trained. There is no end token. Without
   * images it is the caption and the line break, all trained.
   */
  PLAIN("plain") {
    @Override
    void lay(List<Turn> turns, PromptBuilder out) {
      PlainPrompt.lay(turns, out);
    }

    @Override
    void layForGeneration(List<Turn> turns, PromptBuilder out) {
      PlainPrompt.layForGeneration(turns, out);
    }
  },

  /**
   * ChatML as Qwen 1.5 and later use it, with the system turn "You are a helpful assistant.".
   * System and user turns are masked, an assistant turn is trained from its {@code <|im_start|>} to
   * the line break after its {@code <|im_end|>}. A conversation that starts with the assistant
   * loses that turn.
   */
  QWEN_1_5("qwen_1_5") {
    @Override
    void lay(List<Turn> turns, PromptBuilder out) {
      ChatMlPrompt.lay(turns, out);
    }

    @Override
    void layForGeneration(List<Turn> turns, PromptBuilder out) {
      ChatMlPrompt.layForGeneration(turns, out);
    }
  };

  /** What stands for an image in a turn's text: {@link Turn#IMAGE_PLACEHOLDER}. */
  public static final String IMAGE_PLACEHOLDER = Turn.IMAGE_PLACEHOLDER;

  private final String recipeName;

  PromptTemplate(String recipeName) {
    this.recipeName = recipeName;
  }

  /**
   * Returns the template of a name in a recipe.
   *
   * @param name {@code "plain"} or {@code "qwen_1_5"}
   * @throws UserException for any other name
   */
  public static PromptTemplate parse(String name) {
    for (PromptTemplate template : values()) {
      if (template.recipeName.equals(name)) {
        return template;
      }
    }
    throw new UserException(
        "prompt", "'" + name + "' is no prompt template", "write plain or qwen_1_5");
  }

  /** Returns the name that recipes write, such as {@code qwen_1_5}. */
  public String recipeName() {
    return recipeName;
  }

  /**
   * Lays out a sample for training, separators trained as LLaVA does.
   *
   * @see #render(Tokenizer, List, int, boolean)
   */
  public Tokenized render(Tokenizer tokenizer, List<Turn> turns, int imageCount) {
    return render(tokenizer, turns, imageCount, true);
  }

  /**
   * Lays out a sample for training.
   *
   * @param tokenizer the checkpoint's tokenizer
   * @param turns the conversation
   * @param imageCount how many images the sample has
   * @param trainSeparators whether {@code <|im_start|>}, {@code <|im_end|>} and the single line
   *     break are trained wherever they stand, in system and user turns too (LLaVA's behaviour);
   *     {@code false} trains them in assistant turns only. {@link #PLAIN} has none and ignores it
   * @throws UserException if placeholders and images differ in number, or the conversation doesn't
   *     fit the template; it names the fault, the caller adds the sample
   */
  public Tokenized render(
      Tokenizer tokenizer, List<Turn> turns, int imageCount, boolean trainSeparators) {
    PromptBuilder out = new PromptBuilder(tokenizer);
    lay(ImagePlaceholders.prepare(turns, imageCount), out);
    ImagePlaceholders.check(out.images(), imageCount);
    if (trainSeparators && this == QWEN_1_5) {
      out.trainSeparators();
    }
    return out.build();
  }

  /**
   * Lays out a prompt that the model continues. For {@link #QWEN_1_5} the turns end with a human
   * one, and the ids end with an open assistant turn; for {@link #PLAIN} the ids are the images
   * alone (the model then writes the caption), and without images the human text.
   *
   * @param tokenizer the checkpoint's tokenizer
   * @param turns the conversation so far, its last turn the question
   * @param imageCount how many images go with it
   * @return ids, {@link Tokenized#IMAGE} once for each image
   * @throws UserException as {@link #render(Tokenizer, List, int, boolean)}
   */
  public long[] renderForGeneration(Tokenizer tokenizer, List<Turn> turns, int imageCount) {
    PromptBuilder out = new PromptBuilder(tokenizer);
    layForGeneration(ImagePlaceholders.prepare(turns, imageCount), out);
    ImagePlaceholders.check(out.images(), imageCount);
    return out.build().ids();
  }

  abstract void lay(List<Turn> turns, PromptBuilder out);

  abstract void layForGeneration(List<Turn> turns, PromptBuilder out);
}
