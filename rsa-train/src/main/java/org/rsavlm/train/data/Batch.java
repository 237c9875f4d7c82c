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

  /**
   * Packs the share into micro-batches by tokens: longest sample first, each to the fullest
   * micro-batch that it still fits. The same share always packs the same way.
   *
   * <p>Attention, unlike the rest of the model, works on a grid of samples by longest sample
   * ({@link org.rsavlm.models.nn.TokenLayout}). A micro-batch's grid is therefore kept to twice the
   * budget too: a long sample isn't filled up with many short ones.
   *
   * @param tokens in a micro-batch at most, counting {@link PreparedSample#length()}; a sample that
   *     is longer goes alone
   */
  public List<List<PreparedSample>> packed(int tokens) {
    if (tokens < 1) {
      throw new IllegalArgumentException("token budget " + tokens + " must be at least 1");
    }
    List<PreparedSample> sorted = new ArrayList<>(samples);
    sorted.sort(
        Comparator.comparingInt(PreparedSample::length)
            .thenComparingInt(PreparedSample::tiles)
            .reversed());
    List<Bin> bins = new ArrayList<>();
    for (PreparedSample sample : sorted) {
      Bin best = null;
      for (Bin bin : bins) {
        if (bin.fits(sample, tokens) && (best == null || bin.tokens > best.tokens)) {
          best = bin;
        }
      }
      if (best == null) {
        best = new Bin();
        bins.add(best);
      }
      best.add(sample);
    }
    return bins.stream().map(bin -> List.copyOf(bin.samples)).toList();
  }

  /** A micro-batch that is being filled, its longest sample first. */
  private static final class Bin {

    private static final int GRID = 2;

    private final List<PreparedSample> samples = new ArrayList<>();
    private long tokens;

    boolean fits(PreparedSample sample, long budget) {
      long grid = (samples.size() + 1L) * samples.get(0).length();
      return tokens + sample.length() <= budget && grid <= GRID * budget;
    }

    void add(PreparedSample sample) {
      samples.add(sample);
      tokens += sample.length();
    }
  }
}
