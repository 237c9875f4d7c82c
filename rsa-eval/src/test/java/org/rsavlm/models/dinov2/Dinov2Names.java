package org.rsavlm.models.dinov2;

/** The names that checkpoints give a DINOv2's tensors: with or without the model's own prefix. */
final class Dinov2Names {

  private Dinov2Names() {}

  static String of(String stored) {
    return stored.startsWith("dinov2.") ? stored.substring("dinov2.".length()) : stored;
  }

  /** Tells whether a tensor is not needed for features. */
  static boolean isIdle(String name) {
    return name.equals("embeddings.mask_token");
  }
}
