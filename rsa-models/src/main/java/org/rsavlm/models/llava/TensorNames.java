package org.rsavlm.models.llava;

import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The names that checkpoints give the same tensors, brought to those of the published {@code
 * llava-hf}, {@code google/siglip} and {@code Qwen} checkpoints.
 *
 * <p>Libraries have moved modules over the years and write what they now call them: transformers 5
 * nests everything but the head in {@code model.}, has no {@code vision_model.} in towers, and its
 * {@code save_pretrained} undoes one of the two. A name that fits no rule stays as it is.
 */
final class TensorNames {

  static final String VISION = "vision_tower.";
  static final String LANGUAGE = "language_model.";
  static final String PROJECTOR = "multi_modal_projector.";
  static final String NEWLINE = "image_newline";
  static final String ENCODER_LAYERS = "vision_model.encoder.layers.";
  static final String HEAD = "lm_head.weight";
  static final String EMBEDDING = "model.embed_tokens.weight";

  private static final String TOWER = "vision_model.";

  private TensorNames() {}

  /** Of a {@code llava_onevision} checkpoint, whichever version of transformers wrote it. */
  static String vlm(String stored) {
    String name = stored;
    for (String part : new String[] {VISION, LANGUAGE, PROJECTOR, NEWLINE}) {
      if (name.startsWith("model." + part)) {
        name = name.substring("model.".length());
      }
    }
    if (name.startsWith(VISION)) {
      return VISION + siglip(name.substring(VISION.length()));
    }
    if (name.startsWith(LANGUAGE)) {
      return LANGUAGE + language(name.substring(LANGUAGE.length()));
    }
    return name.equals(HEAD) ? LANGUAGE + HEAD : name;
  }

  /** Of LLaVA-NeXT's own checkpoints, in the names of {@code llava_onevision}. */
  static String llavaNext(String stored) {
    return rename(stored, "model.vision_tower.vision_tower.", rest -> VISION + siglip(rest))
        .or(() -> rename(stored, "model.mm_projector.0.", rest -> PROJECTOR + "linear_1." + rest))
        .or(() -> rename(stored, "model.mm_projector.2.", rest -> PROJECTOR + "linear_2." + rest))
        .or(() -> rename(stored, "model." + NEWLINE, rest -> NEWLINE + rest))
        .orElse(LANGUAGE + stored);
  }

  private static Optional<String> rename(String stored, String prefix, UnaryOperator<String> rest) {
    return stored.startsWith(prefix)
        ? Optional.of(rest.apply(stored.substring(prefix.length())))
        : Optional.empty();
  }

  /** Of a Qwen2 checkpoint, with or without a head. */
  static String language(String stored) {
    return stored.startsWith("model.") || stored.startsWith("lm_head.")
        ? stored
        : "model." + stored;
  }

  /** Of a SigLIP checkpoint, whole or the vision half alone. */
  static String siglip(String stored) {
    boolean nested =
        stored.startsWith(TOWER) || stored.startsWith("text_model.") || stored.startsWith("logit_");
    return nested ? stored : TOWER + stored;
  }

  /** Whether a tensor is a table that older versions stored although it follows from the config. */
  static boolean isTable(String name) {
    return name.endsWith(".inv_freq") || name.endsWith(".position_ids");
  }
}
