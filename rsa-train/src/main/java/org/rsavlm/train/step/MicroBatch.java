package org.rsavlm.train.step;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.rsavlm.models.SequenceBatch;
import org.rsavlm.models.text.Tokenized;
import org.rsavlm.train.data.PreparedSample;

/**
 * Samples that go through the model together, laid out in Java memory.
 *
 * @param ids of the samples, for messages
 * @param sequence the sequences with room for image tokens
 * @param pixels of all images, in order
 * @param pairs indices of the samples that take part in RSA, ascending
 * @param pairImages index of each such sample's image
 * @param captions token ids of their captions, one after the other
 * @param captionLengths number of tokens of each caption
 */
record MicroBatch(
    List<String> ids,
    SequenceBatch sequence,
    List<float[]> pixels,
    long[] pairs,
    long[] pairImages,
    long[] captions,
    long[] captionLengths) {

  static MicroBatch of(List<PreparedSample> samples, int tokensPerImage) {
    List<String> ids = new ArrayList<>();
    List<Tokenized> tokenized = new ArrayList<>();
    List<float[]> pixels = new ArrayList<>();
    LongStream.Builder pairs = LongStream.builder();
    LongStream.Builder pairImages = LongStream.builder();
    LongStream.Builder captions = LongStream.builder();
    LongStream.Builder lengths = LongStream.builder();
    for (int i = 0; i < samples.size(); i++) {
      PreparedSample sample = samples.get(i);
      ids.add(sample.id());
      tokenized.add(new Tokenized(sample.ids(), sample.labels()));
      if (sample.rsa()) {
        pairs.add(i);
        pairImages.add(pixels.size());
        Arrays.stream(sample.caption()).forEach(captions::add);
        lengths.add(sample.caption().length);
      }
      pixels.addAll(sample.pixels());
    }
    int[] tokens = new int[pixels.size()];
    Arrays.fill(tokens, tokensPerImage);
    return new MicroBatch(
        List.copyOf(ids),
        SequenceBatch.of(tokenized, tokens),
        List.copyOf(pixels),
        pairs.build().toArray(),
        pairImages.build().toArray(),
        captions.build().toArray(),
        lengths.build().toArray());
  }

  int pairCount() {
    return pairs.length;
  }

  /**
   * Places of the supervised tokens of the RSA samples in the sequence: where the caption stands
   * when it is read behind its image.
   */
  long[] captionPlaces() {
    return select(true);
  }

  /** How many {@link #captionPlaces} each RSA sample has. */
  long[] captionPlaceCounts() {
    return select(false);
  }

  private long[] select(boolean places) {
    LongStream.Builder found = LongStream.builder();
    long[] lengths = sequence.lengths();
    long start = 0;
    int pair = 0;
    for (int sample = 0; sample < lengths.length && pair < pairs.length; sample++) {
      long end = start + lengths[sample];
      if (pairs[pair] == sample) {
        long from = start;
        // A position predicts the token behind it.
        LongStream own = Arrays.stream(sequence.positions()).filter(p -> p >= from && p < end);
        if (places) {
          own.forEach(p -> found.add(p + 1));
        } else {
          found.add(own.count());
        }
        pair++;
      }
      start = end;
    }
    return found.build().toArray();
  }
}
