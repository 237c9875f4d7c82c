package org.rsavlm.models.generation;

import java.util.List;
import org.rsavlm.core.UserException;
import org.rsavlm.models.image.ImageTiler;
import org.rsavlm.models.image.RgbImage;
import org.rsavlm.models.llava.LoadedVlm;
import org.rsavlm.models.text.PromptTemplate;
import org.rsavlm.models.text.Tokenizer;
import org.rsavlm.models.text.Turn;

/**
 * Makes prompts of text and images for one model.
 *
 * @param tokenizer the model's tokenizer
 * @param template how the text is laid out
 * @param tiler from images to pixels
 */
public record PromptMaker(Tokenizer tokenizer, PromptTemplate template, ImageTiler tiler) {

  /** Returns a maker of prompts for a loaded model. */
  public static PromptMaker of(LoadedVlm vlm, PromptTemplate template) {
    return new PromptMaker(vlm.tokenizer(), template, vlm.tiler());
  }

  /**
   * Asks a question about images.
   *
   * @param text the question; without {@link PromptTemplate#IMAGE_PLACEHOLDER} the images come
   *     before it
   * @param images may be empty
   * @throws UserException if the text's placeholders and the images differ in number, or nothing is
   *     left to continue
   */
  public Prompt question(String text, List<RgbImage> images) {
    List<Turn> turns = List.of(Turn.question(text, images.size()));
    long[] ids = template.renderForGeneration(tokenizer, turns, images.size());
    if (ids.length == 0) {
      throw new UserException("prompt", "is empty", "give a text or an image");
    }
    int count = images.size();
    return new Prompt(ids, images.stream().map(image -> tiler.tiles(image, count)).toList());
  }
}
