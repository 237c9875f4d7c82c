package org.rsavlm.models.llava;

import java.util.Optional;
import java.util.function.UnaryOperator;
import org.rsavlm.models.nn.RotaryDecoder;
import org.rsavlm.models.qwen2.Qwen2Names;
import org.rsavlm.models.siglip.SiglipNames;

/**
 * The names that checkpoints give the same tensors, brought to those of the published {@code
 * llava-hf}, {@code google/siglip} and {@code Qwen} checkpoints.
 *
 * <p>Libraries have moved modules over the years and write what they now call them: transformers 5
 * nests everything but the head in {@code model.}, has no {@code vision_model.} in towers, and its
 * {@code save_pretrained} undoes one of the two. A name that fits no rule stays as it is.
 */
final class LlavaNames {

  static final String VISION = "vision_tower.";
  static final String LANGUAGE = "language_model.";
  static final String PROJECTOR = "multi_modal_projector.";
  static final String NEWLINE = "image_newline";

  private LlavaNames() {}

  /**
   * Returns the published name of a tensor of a {@code llava_onevision} checkpoint, whichever
   * version of transformers wrote it.
   */
  static String vlm(String stored) {
    String name = stored;
    for (String part : new String[] {VISION, LANGUAGE, PROJECTOR, NEWLINE}) {
      if (name.startsWith("model." + part)) {
        name = name.substring("model.".length());
      }
    }
    if (name.startsWith(VISION)) {
      return VISION + SiglipNames.of(name.substring(VISION.length()));
    }
    if (name.startsWith(LANGUAGE)) {
      return LANGUAGE + Qwen2Names.of(name.substring(LANGUAGE.length()));
    }
    return name.equals(RotaryDecoder.HEAD) ? LANGUAGE + RotaryDecoder.HEAD : name;
  }

  /** Returns the name in {@code llava_onevision} of a tensor of LLaVA-NeXT's own checkpoints. */
  static String llavaNext(String stored) {
    return rename(stored, "model.vision_tower.vision_tower.", rest -> VISION + SiglipNames.of(rest))
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

  /**
   * Tells whether a tensor is a table that older versions stored although it follows from the
   * config.
   */
  static boolean isTable(String name) {
    return name.endsWith(".inv_freq") || name.endsWith(".position_ids");
  }
}
