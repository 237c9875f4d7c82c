package org.rsavlm.models.text;

/**
 * A conversation as the language model gets it.
 *
 * @param ids token ids in order; {@link #IMAGE} stands once for each image, whose features replace
 *     it later
 * @param labels for each position the id to learn there, or {@link #IGNORE}; as long as {@code
 *     ids}, not shifted (position t is predicted from the positions before it)
 */
public record Tokenized(long[] ids, long[] labels) {

  /** The id that stands for an image; no vocabulary holds it. */
  public static final long IMAGE = -200;

  /** The label of a position that is not trained, and of every image position. */
  public static final long IGNORE = -100;

  public Tokenized {
    if (ids.length != labels.length) {
      throw new IllegalArgumentException(
          ids.length + " ids but " + labels.length + " labels; both must have the same length");
    }
  }
}
