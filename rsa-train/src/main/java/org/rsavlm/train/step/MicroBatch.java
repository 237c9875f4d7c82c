package org.rsavlm.train.step;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.rsavlm.models.image.AnyResLayout;
import org.rsavlm.models.image.ImageTiles;
import org.rsavlm.models.llava.SequenceBatch;
import org.rsavlm.models.text.Tokenized;
import org.rsavlm.train.data.PreparedSample;

/**
 * Samples that go through the model together, laid out in Java memory.
 *
 * @param ids of the samples, for messages
 * @param sequence the sequences with room for image tokens
 * @param tiles pixels of all images' base images and tiles, in order
 * @param layouts of the images
 * @param pairs indices of the samples that take part in RSA, ascending
 * @param pairTiles index of each such sample's base image among the tiles, which its other tiles
 *     follow
 * @param pairTileCounts number of tiles of each such sample, the base image included
 * @param captions token ids of their captions, one after the other
 * @param captionLengths number of tokens of each caption
 */
record MicroBatch(
    List<String> ids,
    SequenceBatch sequence,
    List<float[]> tiles,
    List<AnyResLayout> layouts,
    long[] pairs,
    long[] pairTiles,
    long[] pairTileCounts,
    long[] captions,
    long[] captionLengths) {

  static MicroBatch of(List<PreparedSample> samples) {
    List<String> ids = new ArrayList<>();
    List<Tokenized> tokenized = new ArrayList<>();
    List<float[]> tiles = new ArrayList<>();
    List<AnyResLayout> layouts = new ArrayList<>();
    LongStream.Builder pairs = LongStream.builder();
    LongStream.Builder pairTiles = LongStream.builder();
    LongStream.Builder pairTileCounts = LongStream.builder();
    LongStream.Builder captions = LongStream.builder();
    LongStream.Builder lengths = LongStream.builder();
    for (int i = 0; i < samples.size(); i++) {
      PreparedSample sample = samples.get(i);
      ids.add(sample.id());
      tokenized.add(new Tokenized(sample.ids(), sample.labels()));
      if (sample.rsa()) {
        pairs.add(i);
        pairTiles.add(tiles.size());
        pairTileCounts.add(sample.tiles());
        Arrays.stream(sample.caption()).forEach(captions::add);
        lengths.add(sample.caption().length);
      }
      for (ImageTiles image : sample.images()) {
        tiles.addAll(image.pixels());
        layouts.add(image.layout());
      }
    }
    return new MicroBatch(
        List.copyOf(ids),
        SequenceBatch.ofImages(tokenized, layouts),
        List.copyOf(tiles),
        List.copyOf(layouts),
        pairs.build().toArray(),
        pairTiles.build().toArray(),
        pairTileCounts.build().toArray(),
        captions.build().toArray(),
        lengths.build().toArray());
  }

  int pairCount() {
    return pairs.length;
  }

  /** Indices of all tiles of the RSA samples, sample by sample. */
  long[] allPairTiles() {
    return IntStream.range(0, pairs.length)
        .boxed()
        .flatMapToLong(i -> LongStream.range(pairTiles[i], pairTiles[i] + pairTileCounts[i]))
        .toArray();
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
