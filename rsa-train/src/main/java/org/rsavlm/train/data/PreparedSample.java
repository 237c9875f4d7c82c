package org.rsavlm.train.data;

import java.util.List;
import org.rsavlm.models.image.ImageTiles;

/**
 * One sample ready for the model.
 *
 * @param id as in {@link Sample}
 * @param ids token ids; {@code Tokenized.IMAGE} stands where an image's tokens go
 * @param labels as long as {@code ids}; {@code Tokenized.IGNORE} where nothing is trained
 * @param caption ids of the caption alone, for RSA's text side; empty unless {@code rsa}
 * @param images each image's base image and tiles, with the layout of their tokens
 * @param rsa whether the sample is an image-caption pair that takes part in RSA
 * @param length positions of the sequence once image tokens have replaced the placeholders
 */
public record PreparedSample(
    String id,
    long[] ids,
    long[] labels,
    long[] caption,
    List<ImageTiles> images,
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
    images = List.copyOf(images);
  }

  /** Memory that the arrays take, in bytes. */
  long bytes() {
    long total = 8L * (ids.length + labels.length + caption.length);
    for (ImageTiles image : images) {
      for (float[] tile : image.pixels()) {
        total += 4L * tile.length;
      }
    }
    return total;
  }

  /** Returns the number of images that pass the vision tower: base images and tiles. */
  public int tiles() {
    return images.stream().mapToInt(image -> image.layout().tiles()).sum();
  }
}
