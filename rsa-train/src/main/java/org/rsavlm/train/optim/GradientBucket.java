package org.rsavlm.train.optim;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A stretch of a group's parameters laid out one after the other, so that ranks reduce and share
 * out many small arrays, or a part of a large one, in one call. Matrices and other parameters are
 * in different buckets, since weight decay spares the latter.
 *
 * @param group whose learning rate holds
 * @param matrices whether the parameters have two dimensions or more
 * @param segments what lies in it, in order
 * @param size elements, a multiple of the number of ranks; the last ones may belong to nothing
 */
record GradientBucket(ParameterGroup group, boolean matrices, List<Segment> segments, long size) {

  /** Elements of a bucket: 64 MB of float32, large enough for any link, small beside a model. */
  static final long ELEMENTS = 1L << 24;

  /**
   * A part of a parameter in a bucket.
   *
   * @param name of the parameter
   * @param from first element of the parameter
   * @param length elements
   * @param at place in the bucket, or in a rank's part of it
   */
  record Segment(String name, NDArray parameter, long from, long length, long at) {}

  /** Copies the list. */
  GradientBucket {
    segments = List.copyOf(segments);
  }

  /**
   * Lays out all groups.
   *
   * @param elements of a bucket at most, before it is rounded up
   * @param parts into which the buckets are divided
   */
  static List<GradientBucket> plan(List<ParameterGroup> groups, long elements, int parts) {
    List<GradientBucket> buckets = new ArrayList<>();
    for (ParameterGroup group : groups) {
      for (boolean matrices : new boolean[] {true, false}) {
        List<Segment> open = new ArrayList<>();
        long at = 0;
        for (Map.Entry<String, NDArray> entry : group.parameters().entrySet()) {
          NDArray parameter = entry.getValue();
          if ((parameter.getShape().dimension() > 1) != matrices) {
            continue;
          }
          long size = parameter.getShape().size();
          for (long from = 0; from < size; ) {
            long length = Math.min(size - from, elements - at);
            open.add(new Segment(entry.getKey(), parameter, from, length, at));
            from += length;
            at += length;
            if (at == elements) {
              buckets.add(of(group, matrices, open, at, parts));
              open = new ArrayList<>();
              at = 0;
            }
          }
        }
        if (at > 0) {
          buckets.add(of(group, matrices, open, at, parts));
        }
      }
    }
    return List.copyOf(buckets);
  }

  private static GradientBucket of(
      ParameterGroup group, boolean matrices, List<Segment> segments, long used, int parts) {
    return new GradientBucket(group, matrices, segments, (used + parts - 1) / parts * parts);
  }

  /** Returns what lies in elements [start, start + length) of the bucket, placed from there on. */
  List<Segment> within(long start, long length) {
    List<Segment> parts = new ArrayList<>();
    for (Segment segment : segments) {
      long first = Math.max(segment.at(), start);
      long end = Math.min(segment.at() + segment.length(), start + length);
      if (first < end) {
        long skipped = first - segment.at();
        parts.add(
            new Segment(
                segment.name(),
                segment.parameter(),
                segment.from() + skipped,
                end - first,
                first - start));
      }
    }
    return parts;
  }
}
