package org.rsavlm.models.llava;

import java.util.List;
import java.util.Optional;
import org.rsavlm.core.UserException;
import org.rsavlm.models.hub.ConfigFaults;
import org.rsavlm.models.hub.JsonConfig;
import org.rsavlm.models.image.LlavaGrid;
import org.rsavlm.models.image.Resolution;
import org.rsavlm.models.qwen2.Qwen2Config;
import org.rsavlm.models.siglip.SiglipVisionConfig;

/**
 * Reads the {@code config.json} of LLaVA-NeXT's own checkpoints ({@code lmms-lab}): a Qwen2 config
 * with {@code mm_…} keys beside it, and no word about the shape of the tower, which LLaVA loads by
 * name.
 */
final class LlavaNextConfig {

  /** google/siglip-so400m-patch14-384, whose last layer LLaVA deletes. */
  private static final SiglipVisionConfig SO400M =
      new SiglipVisionConfig(1152, 4304, 27, 16, 384, 14, 1e-6, true);

  private static final String SO400M_NAME = "siglip-so400m-patch14-384";
  private static final String TOWER = "mm_vision_tower";
  private static final String ASPECT = "image_aspect_ratio";
  private static final String PINPOINTS = "image_grid_pinpoints";

  private LlavaNextConfig() {}

  /** Tells whether a config is one of these. */
  static boolean is(JsonConfig json) {
    return json.has(TOWER);
  }

  /**
   * Returns the whole tower, as it is before LLaVA deletes its last layer.
   *
   * @param given the config of the tower's own directory, if the user names one
   */
  static SiglipVisionConfig tower(JsonConfig json, Optional<SiglipVisionConfig> given) {
    if (given.isPresent()) {
      return given.get();
    }
    if (!json.text(TOWER).contains(SO400M_NAME)) {
      throw json.unsupported(TOWER, "name the tower's directory with --vision");
    }
    return SO400M;
  }

  /**
   * Reads a config.
   *
   * @param tower the whole tower
   * @throws UserException if it asks for what is not supported
   */
  static VlmConfig from(JsonConfig json, SiglipVisionConfig tower) {
    json.choice("model_type", "llava", "llava", "llava_qwen");
    VlmConfig.refuseQuantised(json);
    json.choice("mm_projector_type", "linear", "mlp2x_gelu");
    json.choice("mm_vision_select_feature", "patch", "patch");
    json.choice("mm_patch_merge_type", "flat", "spatial_unpad");
    for (String key : List.of("mm_use_im_start_end", "mm_use_im_patch_token")) {
      if (json.flag(key, false)) {
        throw json.unsupported(key, "supported: false");
      }
    }
    if (json.has("mm_resampler_type")) {
      throw json.unsupported("mm_resampler_type", "supported: none");
    }
    if (json.integer("mm_hidden_size", tower.hiddenSize()) != tower.hiddenSize()) {
      throw json.wrong("mm_hidden_size", "the tower's " + tower.hiddenSize());
    }
    int maxTiles =
        LlavaGrid.maxTiles(json.text(ASPECT, "square"))
            .orElseThrow(() -> json.unsupported(ASPECT, "supported: anyres_max_N, anyres"));
    Qwen2Config language = Qwen2Config.from(json);
    int image = 0; // LLaVA marks images by -200; the tokenizer's files decide
    return new VlmConfig(
        tower.tower(tower.layers() - 1),
        language,
        image,
        image + 1,
        true,
        resolutions(json, tower.imageSize()),
        maxTiles);
  }

  private static List<Resolution> resolutions(JsonConfig json, int tileSize) {
    if (!json.node().path(PINPOINTS).isTextual()) {
      return LlavaGrid.widthFirst(json.integerPairs(PINPOINTS));
    }
    return ConfigFaults.inFile(json.where(), () -> LlavaGrid.range(json.text(PINPOINTS), tileSize));
  }
}
