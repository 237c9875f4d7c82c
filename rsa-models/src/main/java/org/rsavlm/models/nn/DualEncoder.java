package org.rsavlm.models.nn;

/**
 * A model with a side for images and a side for texts, whose representations of the same things can
 * be compared layer by layer. The sides may share nothing.
 */
public interface DualEncoder {

  /** Returns the side for images. */
  ImageEncoder images();

  /** Returns the side for texts. */
  TextEncoder texts();

  /** Makes a pair of two sides that know nothing of each other. */
  static DualEncoder of(ImageEncoder images, TextEncoder texts) {
    return new DualEncoder() {
      @Override
      public ImageEncoder images() {
        return images;
      }

      @Override
      public TextEncoder texts() {
        return texts;
      }
    };
  }
}
