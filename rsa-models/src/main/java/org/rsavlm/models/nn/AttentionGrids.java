package org.rsavlm.models.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.rsavlm.core.torch.Tensors;

/**
 * The padded grids in which attention sees the samples of a packed sequence, each sample a row of
 * one of them.
 */
final class AttentionGrids {

  private final long[] samples;
  private final long[] lengths;
  private final List<NDArray> sources;
  private final NDArray slots;

  private AttentionGrids(long[] samples, long[] lengths, List<NDArray> sources, NDArray slots) {
    this.samples = samples;
    this.lengths = lengths;
    this.sources = List.copyOf(sources);
    this.slots = slots;
  }

  /** Puts all samples into one grid. */
  static AttentionGrids whole(NDManager manager, long[] lengths) {
    return of(manager, lengths, List.of(IntStream.range(0, lengths.length).boxed().toList()));
  }

  /**
   * Samples of like length together, where a grid of all would be padding by more than half: a
   * conversation of 50 tokens beside one of 7,000 would otherwise take the room of 7,000.
   */
  static AttentionGrids grouped(NDManager manager, long[] lengths) {
    List<Integer> order =
        IntStream.range(0, lengths.length)
            .boxed()
            .sorted(Comparator.comparing((Integer i) -> lengths[i]).reversed())
            .toList();
    long longest = lengths[order.get(0)];
    if (longest * lengths.length <= 2 * Arrays.stream(lengths).sum()) {
      return whole(manager, lengths);
    }
    List<List<Integer>> groups = new ArrayList<>();
    for (int sample : order) {
      if (groups.isEmpty() || 2 * lengths[sample] < longest) {
        groups.add(new ArrayList<>());
        longest = lengths[sample];
      }
      groups.get(groups.size() - 1).add(sample);
    }
    return of(manager, lengths, groups);
  }

  private static AttentionGrids of(NDManager manager, long[] lengths, List<List<Integer>> groups) {
    int[] starts = new int[lengths.length];
    for (int i = 1; i < lengths.length; i++) {
      starts[i] = Math.toIntExact(starts[i - 1] + lengths[i - 1]);
    }
    long[] rows = groups.stream().mapToLong(List::size).toArray();
    long[] longest = new long[rows.length];
    List<NDArray> sources = new ArrayList<>();
    long[] slots = new long[Math.toIntExact(Arrays.stream(lengths).sum())];
    int before = 0;
    for (int grid = 0; grid < rows.length; grid++) {
      List<Integer> group = groups.get(grid);
      int length = group.stream().mapToInt(i -> Math.toIntExact(lengths[i])).max().orElse(0);
      longest[grid] = length;
      long[] source = new long[Math.multiplyExact(group.size(), length)];
      for (int row = 0; row < group.size(); row++) {
        int sample = group.get(row);
        for (int position = 0; position < lengths[sample]; position++) {
          int slot = row * length + position;
          source[slot] = starts[sample] + position;
          slots[starts[sample] + position] = before + slot;
        }
      }
      sources.add(Tensors.of(manager, source, source.length));
      before += source.length;
    }
    return new AttentionGrids(rows, longest, sources, Tensors.of(manager, slots, slots.length));
  }

  /** Returns the number of rows of each grid. */
  long[] samples() {
    return samples;
  }

  /** Returns the number of slots of a row of each grid: the tokens of its longest sample. */
  long[] lengths() {
    return lengths;
  }

  /**
   * Returns for each grid the token that fills each slot, int64 [samples x length]; any where it is
   * padding.
   */
  List<NDArray> sources() {
    return sources;
  }

  /** Returns for each token of the sequence its slot, counted through all grids, int64 [T]. */
  NDArray slots() {
    return slots;
  }

  /** Returns the number of slots of all grids. */
  long slotCount() {
    return IntStream.range(0, samples.length).mapToLong(i -> samples[i] * lengths[i]).sum();
  }
}
