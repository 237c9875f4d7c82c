package org.rsavlm.models.generation;

import java.util.List;
import org.rsavlm.models.image.ImageTiles;

/**
 * What a model continues.
 *
 * @param ids token ids with {@link org.rsavlm.models.text.Tokenized#IMAGE} where an image stands
 * @param images for each image its base image and tiles, as {@link
 *     org.rsavlm.models.image.ImageTiler} makes them
 */
public record Prompt(long[] ids, List<ImageTiles> images) {

  /** Copies the list, not the values. */
  public Prompt {
    images = List.copyOf(images);
  }

  /** Returns a prompt without images. */
  public static Prompt ofText(long... ids) {
    return new Prompt(ids, List.of());
  }
}
