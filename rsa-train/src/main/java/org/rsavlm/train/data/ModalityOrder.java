package org.rsavlm.train.data;

import java.util.function.IntPredicate;

/**
 * LLaVA's grouping by modality: every global batch holds samples with images only or text only, so
 * that no rank waits for another's images. Batches come in random order; what is left of both kinds
 * forms the last batches of the epoch, the only mixed ones.
 *
 * <p>Lengths are grouped inside a batch ({@link Batch#microBatches}, {@link Batch#packed}). So they
 * are by LLaVA-NeXT's {@code group_by_modality_length}: its {@code get_length_grouped_indices}
 * sorts by length within megabatches, and a megabatch is one global batch, as its world size counts
 * the steps of gradient accumulation.
 */
final class ModalityOrder implements SampleOrder {

  private final int batchSize;
  private final long seed;
  private final int[] withImages;
  private final int[] textOnly;

  /**
   * @param size number of samples
   * @param hasImages whether a sample has images
   * @param batchSize size of a global batch
   * @param seed decides the order, together with the epoch
   */
  ModalityOrder(int size, IntPredicate hasImages, int batchSize, long seed) {
    this.batchSize = batchSize;
    this.seed = seed;
    boolean[] images = new boolean[size];
    int count = 0;
    for (int i = 0; i < size; i++) {
      images[i] = hasImages.test(i);
      count += images[i] ? 1 : 0;
    }
    withImages = new int[count];
    textOnly = new int[size - count];
    for (int i = 0, a = 0, b = 0; i < size; i++) {
      if (images[i]) {
        withImages[a++] = i;
      } else {
        textOnly[b++] = i;
      }
    }
  }

  @Override
  public int at(int epoch, int position) {
    int imageBatches = withImages.length / batchSize;
    int textBatches = textOnly.length / batchSize;
    int batch = position / batchSize;
    int slot = position % batchSize;
    if (batch < imageBatches + textBatches) {
      int drawn = (int) permutation(imageBatches + textBatches, epoch, 0).at(batch);
      return drawn < imageBatches
          ? pick(withImages, epoch, 1, drawn * batchSize + slot)
          : pick(textOnly, epoch, 2, (drawn - imageBatches) * batchSize + slot);
    }
    int left = position - (imageBatches + textBatches) * batchSize;
    int imagesLeft = withImages.length % batchSize;
    return left < imagesLeft
        ? pick(withImages, epoch, 1, imageBatches * batchSize + left)
        : pick(textOnly, epoch, 2, textBatches * batchSize + left - imagesLeft);
  }

  private int pick(int[] samples, int epoch, int use, int position) {
    return samples[(int) permutation(samples.length, epoch, use).at(position)];
  }

  private Permutation permutation(int size, int epoch, int use) {
    return new Permutation(size, seed, 3L * epoch + use);
  }
}
