package org.rsavlm.train.data;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * One rank's share of a global batch.
 *
 * @param start where the global batch begins
 * @param globalSize samples in the global batch, all ranks together
 * @param samples this rank's samples, in the order of their places in the global batch; empty only
 *     where the last batch of an epoch has fewer samples than there are ranks
 */
public record Batch(DataPosition start, int globalSize, List<PreparedSample> samples) {

  /** Copies the list. */
  public Batch {
    samples = List.copyOf(samples);
  }

  /**
   * Splits the share into micro-batches of samples of similar length, so that little is padded; the
   * longest come first, so that a shortage of memory shows at once. The same share always splits
   * the same way.
   *
   * @param size samples in a micro-batch; the last one may be smaller
   */
  public List<List<PreparedSample>> microBatches(int size) {
    if (size < 1) {
      throw new IllegalArgumentException("micro-batch size " + size + " must be at least 1");
    }
    List<PreparedSample> sorted = new ArrayList<>(samples);
    sorted.sort(
        Comparator.comparingInt(PreparedSample::tiles)
            .thenComparingInt(PreparedSample::length)
            .reversed());
    List<List<PreparedSample>> split = new ArrayList<>();
    for (int from = 0; from < sorted.size(); from += size) {
      split.add(List.copyOf(sorted.subList(from, Math.min(from + size, sorted.size()))));
    }
    return List.copyOf(split);
  }
}
