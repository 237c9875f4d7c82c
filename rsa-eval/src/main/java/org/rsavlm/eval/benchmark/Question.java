package org.rsavlm.eval.benchmark;

import java.util.List;
import org.rsavlm.models.image.RgbImage;

/**
 * What a model is asked.
 *
 * @param id names the question, for people
 * @param text the prompt without chat template and image placeholders
 * @param images come before the text; may be empty
 */
public record Question(String id, String text, List<RgbImage> images) {

  /** Copies the list. */
  public Question {
    images = List.copyOf(images);
  }
}
