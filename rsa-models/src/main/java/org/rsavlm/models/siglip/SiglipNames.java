package org.rsavlm.models.siglip;

/**
 * The names that checkpoints give a SigLIP's tensors, brought to those of the published ones:
 * transformers 5 has no {@code vision_model.} in towers.
 */
public final class SiglipNames {

  /** What the names of the encoder's layers begin with. */
  public static final String ENCODER_LAYERS = "vision_model.encoder.layers.";

  private static final String TOWER = "vision_model.";

  private SiglipNames() {}

  /** Returns our name of a tensor of a whole checkpoint, or of the vision half alone. */
  public static String of(String stored) {
    boolean nested =
        stored.startsWith(TOWER) || stored.startsWith("text_model.") || stored.startsWith("logit_");
    return nested ? stored : TOWER + stored;
  }

  /** Tells by our name whether a tensor is of what LLaVA's tower lacks: text side, pooling head. */
  public static boolean isBesideTower(String name) {
    return name.startsWith("vision_model.head.")
        || name.startsWith("text_model.")
        || name.startsWith("logit_");
  }
}
