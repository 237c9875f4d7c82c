package org.rsavlm.models.cost;

import java.util.Arrays;

/**
 * Samples that go through a decoder together.
 *
 * @param tokens of all samples
 * @param squares sum of the squared lengths, the pairs of tokens that attention looks at
 * @param slots of the padded grid that attention works on; {@code tokens} where lengths are equal
 */
public record Sequences(long tokens, long squares, long slots) {

  /** Samples of the given lengths on one grid. */
  public static Sequences of(long... lengths) {
    long longest = Arrays.stream(lengths).max().orElse(0);
    return new Sequences(
        Arrays.stream(lengths).sum(),
        Arrays.stream(lengths).map(length -> length * length).sum(),
        longest * lengths.length);
  }

  /** So many samples of one length. */
  public static Sequences equal(long samples, long length) {
    return new Sequences(samples * length, samples * length * length, samples * length);
  }
}
