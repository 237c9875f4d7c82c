package org.rsavlm.models.qwen2;

/** The names that checkpoints give a Qwen2's tensors, brought to those of the published ones. */
public final class Qwen2Names {

  private Qwen2Names() {}

  /** Returns our name of a tensor of a checkpoint with or without a head. */
  public static String of(String stored) {
    return stored.startsWith("model.") || stored.startsWith("lm_head.")
        ? stored
        : "model." + stored;
  }
}
