package org.rsavlm.train.data;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Locale;

/**
 * How a count is spread over samples; all zero where there are none.
 *
 * @param min the smallest
 * @param median the middle one, the lower of two
 * @param mean the average
 * @param p95 at most so much in 95 of 100 samples
 * @param max the largest
 */
public record Spread(int min, int median, double mean, int p95, int max) {

  /** Sorts a copy of the counts. */
  static Spread of(int[] counts) {
    if (counts.length == 0) {
      return new Spread(0, 0, 0, 0, 0);
    }
    int[] sorted = counts.clone();
    Arrays.sort(sorted);
    int last = sorted.length - 1;
    return new Spread(
        sorted[0],
        sorted[last / 2],
        Arrays.stream(sorted).average().orElseThrow(),
        sorted[(int) Math.ceil(0.95 * sorted.length) - 1],
        sorted[last]);
  }

  ObjectNode toJson() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("min", min)
        .put("median", median)
        .put("mean", mean)
        .put("p95", p95)
        .put("max", max);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%d to %d, median %d, mean %.1f, 95 %% up to %d", min, max, median, mean, p95);
  }
}
