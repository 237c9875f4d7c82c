package org.rsavlm.train.data;

import java.util.List;

/**
 * One sample ready for the model.
 *
 * @param id as in {@link Sample}
 * @param ids token ids; {@code Tokenized.IMAGE} stands where an image's tokens go
 * @param labels as long as {@code ids}; {@code Tokenized.IGNORE} where nothing is trained
 * @param caption ids of the caption alone, for RSA's text side; empty unless {@code rsa}
 * @param pixels processed pixels of each image, channels first
 * @param rsa whether the sample is an image-caption pair that takes part in RSA
 * @param length positions of the sequence once image tokens have replaced the placeholders
 */
public record PreparedSample(
    String id,
    long[] ids,
    long[] labels,
    long[] caption,
    List<float[]> pixels,
    boolean rsa,
    int length) {

  /** Checks that labels match ids, and that RSA samples have a caption. */
  public PreparedSample {
    if (ids.length != labels.length) {
      throw new IllegalArgumentException(
          id + ": " + ids.length + " ids but " + labels.length + " labels");
    }
    if (rsa == (caption.length == 0)) {
      throw new IllegalArgumentException(
          id + ": rsa is " + rsa + " with a caption of " + caption.length + " tokens");
    }
    pixels = List.copyOf(pixels);
  }

  /** Memory that the arrays take, in bytes. */
  long bytes() {
    long total = 8L * (ids.length + labels.length + caption.length);
    for (float[] image : pixels) {
      total += 4L * image.length;
    }
    return total;
  }
}
