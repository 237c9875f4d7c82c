package org.rsavlm.models.generation;

import java.util.List;

/**
 * What a model continues.
 *
 * @param ids token ids with {@link org.rsavlm.models.text.Tokenized#IMAGE} where an image stands
 * @param pixels for each image its values, 3 x side x side, as {@link
 *     org.rsavlm.models.image.ImageProcessor#pixelValues} makes them
 */
public record Prompt(long[] ids, List<float[]> pixels) {

  /** Copies the list, not the values. */
  public Prompt {
    pixels = List.copyOf(pixels);
  }

  /** A prompt without images. */
  public static Prompt ofText(long... ids) {
    return new Prompt(ids, List.of());
  }
}
