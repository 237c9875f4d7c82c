package org.rsavlm.train.plan;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;
import org.rsavlm.models.cost.VlmCost;
import org.rsavlm.models.hub.HfDirectory;
import org.rsavlm.models.hub.JsonConfig;
import org.rsavlm.models.llava.VlmConfig;
import org.rsavlm.models.llava.VlmDirectory;
import org.rsavlm.models.qwen2.Qwen2Config;
import org.rsavlm.models.siglip.SiglipVisionConfig;
import org.rsavlm.train.config.ModelRecipe;

/**
 * The shape of the model that a plan is for.
 *
 * @param source where the shape comes from, for readers
 * @param vision the tower
 * @param cost of all parts
 */
record PlannedModel(String source, SiglipVisionConfig vision, VlmCost cost) {

  /** LLaVA's SigLIP so400m: 26 of its 27 layers, no pooling head. */
  private static final SiglipVisionConfig SO400M =
      new SiglipVisionConfig(1152, 4304, 26, 16, 384, 14, 1e-6, false);

  private static final Map<String, Qwen2Config> PRESETS = new LinkedHashMap<>();

  static {
    PRESETS.put("llava-onevision-0.5b", qwen2(151936, 896, 4864, 24, 14, 2, 64, true));
    PRESETS.put("llava-onevision-1.5b", qwen2(151936, 1536, 8960, 28, 12, 2, 128, true));
    PRESETS.put("llava-onevision-7b", qwen2(152064, 3584, 18944, 28, 28, 4, 128, false));
  }

  /** The shapes that the published Qwen2 Instruct models' config.json state. */
  private static Qwen2Config qwen2(
      int words, int hidden, int mlp, int layers, int heads, int groups, int size, boolean tied) {
    return new Qwen2Config(
        words, hidden, mlp, layers, heads, groups, size, 1e-6, 1e6, tied, 32768, 0.02);
  }

  /** Returns the names that stand for a shape. */
  static List<String> presets() {
    return List.copyOf(PRESETS.keySet());
  }

  /**
   * Finds the shape.
   *
   * @param recipe the recipe's model
   * @param stated a preset's name or a model directory that goes before the recipe's; may be null
   * @throws UserException if neither is there
   */
  static PlannedModel of(ModelRecipe recipe, @Nullable String stated) {
    if (stated != null) {
      Qwen2Config language = PRESETS.get(stated);
      if (language != null) {
        return of("preset " + stated, new VlmConfig(SO400M, language, 151646));
      }
      if (!Files.isDirectory(Path.of(stated))) {
        throw new UserException(
            "--model-config",
            stated + " is neither a directory nor a preset",
            "the presets are " + String.join(", ", PRESETS.keySet()));
      }
      return of(stated, VlmDirectory.config(new HfDirectory(Path.of(stated))));
    }
    if (recipe.random()) {
      VlmConfig config =
          new VlmConfig(
              SiglipVisionConfig.from(JsonConfig.of("model.vision", recipe.vision())),
              Qwen2Config.from(JsonConfig.of("model.language", recipe.language())),
              0);
      return of("the recipe", config);
    }
    if (!Files.isDirectory(Path.of(recipe.start()))) {
      throw new UserException(
          "model.start",
          "there is no directory " + recipe.start() + " to read the shape from",
          "give --model-config a directory or one of " + String.join(", ", PRESETS.keySet()));
    }
    return of(recipe.start(), VlmDirectory.config(new HfDirectory(Path.of(recipe.start()))));
  }

  private static PlannedModel of(String source, VlmConfig config) {
    return new PlannedModel(source, config.vision(), VlmCost.of(config));
  }
}
