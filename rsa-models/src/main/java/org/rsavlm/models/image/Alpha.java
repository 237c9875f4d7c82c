package org.rsavlm.models.image;

/** What becomes of transparency when an image is read as RGB. */
public enum Alpha {
  /**
   * The colours under the transparency are kept and the alpha is dropped, as Pillow's {@code
   * convert("RGB")} and so LLaVA's training code do.
   */
  DROP,
  /** Composited onto white, as Hugging Face's image processors do since transformers 5. */
  WHITE;

  /**
   * Returns one 8-bit sample under this rule; rounds as Pillow's {@code alpha_composite} over
   * opaque white.
   *
   * @param sample the colour sample, 0 to 255
   * @param alpha its alpha, 0 (transparent) to 255 (opaque)
   * @return the sample to keep
   */
  int apply(int sample, int alpha) {
    if (this == DROP || alpha == 255) {
      return sample;
    }
    if (alpha == 0) {
      return 255;
    }
    // Fixed point with 7 fraction bits; the sum is then divided by 255 with rounding.
    int sum = sample * (alpha << 7) + 255 * ((255 - alpha) << 7) + (0x80 << 7);
    return ((sum >> 8) + sum) >> 8 >> 7;
  }
}
