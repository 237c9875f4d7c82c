package org.rsavlm.models.llava;

import java.util.List;
import java.util.stream.LongStream;
import org.rsavlm.models.image.AnyResLayout;
import org.rsavlm.models.text.Tokenized;

/**
 * Samples laid out one after the other, with room for their image tokens.
 *
 * @param ids token of each place, T in all; 0 where an image token belongs
 * @param imagePositions places of the image tokens, in order of samples, images and tokens
 * @param lengths each sample's number of places
 * @param positions places that predict a supervised token, S in all
 * @param labels the token that each of them must predict
 */
public record SequenceBatch(
    long[] ids, long[] imagePositions, long[] lengths, long[] positions, long[] labels) {

  /**
   * Lays samples out.
   *
   * @param samples token ids with {@link Tokenized#IMAGE} where an image goes, and their labels
   * @param tokensPerImage number of tokens of each image, in order over all samples
   * @throws IllegalArgumentException if the numbers of placeholders and images differ
   */
  public static SequenceBatch of(List<Tokenized> samples, int[] tokensPerImage) {
    LongStream.Builder ids = LongStream.builder();
    LongStream.Builder imagePositions = LongStream.builder();
    LongStream.Builder positions = LongStream.builder();
    LongStream.Builder labels = LongStream.builder();
    long[] lengths = new long[samples.size()];
    int image = 0;
    long at = 0;
    for (int s = 0; s < lengths.length; s++) {
      Tokenized sample = samples.get(s);
      long start = at;
      for (int i = 0; i < sample.ids().length; i++) {
        if (sample.ids()[i] == Tokenized.IMAGE) {
          if (image == tokensPerImage.length) {
            throw new IllegalArgumentException(
                "more image placeholders than the " + image + " images");
          }
          for (int token = 0; token < tokensPerImage[image]; token++) {
            ids.add(0);
            imagePositions.add(at++);
          }
          image++;
          continue;
        }
        // The place before a supervised token predicts it; a sample's first token has none.
        if (sample.labels()[i] != Tokenized.IGNORE && at > start) {
          positions.add(at - 1);
          labels.add(sample.labels()[i]);
        }
        ids.add(sample.ids()[i]);
        at++;
      }
      lengths[s] = at - start;
    }
    if (image != tokensPerImage.length) {
      throw new IllegalArgumentException(
          image + " image placeholders for " + tokensPerImage.length + " images");
    }
    return new SequenceBatch(
        ids.build().toArray(),
        imagePositions.build().toArray(),
        lengths,
        positions.build().toArray(),
        labels.build().toArray());
  }

  /**
   * As {@link #of}, for images whose layouts are known.
   *
   * @param images in order over all samples
   */
  public static SequenceBatch ofImages(List<Tokenized> samples, List<AnyResLayout> images) {
    return of(samples, images.stream().mapToInt(AnyResLayout::tokens).toArray());
  }

  /** Returns the number of supervised tokens, S. */
  public int supervised() {
    return labels.length;
  }

  /** Returns the number of places, T. */
  public int tokens() {
    return ids.length;
  }
}
