package org.rsavlm.models.llava;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.models.hub.ConfigFaults;
import org.rsavlm.models.hub.HfDirectory;
import org.rsavlm.models.hub.JsonConfig;
import org.rsavlm.models.hub.SafetensorsReader;
import org.rsavlm.models.hub.StoredWeights;
import org.rsavlm.models.qwen2.Qwen2Config;
import org.rsavlm.models.qwen2.Qwen2Names;
import org.rsavlm.models.siglip.SiglipNames;
import org.rsavlm.models.siglip.SiglipVisionConfig;
import org.rsavlm.models.text.TokenizerFiles;

/**
 * Makes model directories in Hugging Face's {@code llava_onevision} layout out of what others
 * publish: from that layout itself, from LLaVA-NeXT's, or from a SigLIP and a Qwen2 checkpoint.
 *
 * <p>Tensors go from file to file one by one; no model is in memory. Their element types stay as
 * they are unless another is asked for.
 */
public final class VlmImport {

  private VlmImport() {}

  /**
   * Converts a {@code llava_onevision} checkpoint, or one of LLaVA-NeXT.
   *
   * @param model its directory
   * @param vision for LLaVA-NeXT: the directory of the tower's SigLIP checkpoint, needed if the
   *     tower is not siglip-so400m-patch14-384 or the checkpoint does not hold its weights
   * @param out the new directory
   * @param dtype the element type of all tensors, or null to keep each one's
   * @throws UserException if a file is missing or damaged, the architecture is not supported, or
   *     weights and config do not fit
   */
  public static ImportReport convert(
      Path model, @Nullable Path vision, Path out, @Nullable TorchDtype dtype) {
    HfDirectory files = new HfDirectory(model);
    JsonConfig json = files.config();
    if (LlavaNextConfig.is(json)) {
      return convertLlavaNext(files, json, vision, out, dtype);
    }
    if (vision != null) {
      throw new UserException(
          model.toString(), "has a tower of its own", "leave the vision directory away");
    }
    VlmConfig config = ConfigFaults.inFile(json.where(), () -> VlmConfig.from(json));
    try (SafetensorsReader reader = files.weights()) {
      StoredWeights weights = new StoredWeights(reader, LlavaNames::vlm);
      VlmDirectory.requireTied(weights, config);
      VlmFiles beside = VlmFiles.of(model, model, config.vision().imageSize());
      VlmConfig named = named(config, beside, Optional.of(json));
      VlmAssembly assembly = new VlmAssembly(config, named);
      assembly.add(weights, name -> true, VlmDirectory.idle(json, config));
      return assembly.write(out, beside, dtype);
    }
  }

  private static ImportReport convertLlavaNext(
      HfDirectory files,
      JsonConfig json,
      @Nullable Path vision,
      Path out,
      @Nullable TorchDtype dtype) {
    Optional<SiglipVisionConfig> given = Optional.ofNullable(vision).map(VlmImport::siglip);
    SiglipVisionConfig tower = LlavaNextConfig.tower(json, given);
    VlmConfig config = ConfigFaults.inFile(json.where(), () -> LlavaNextConfig.from(json, tower));
    VlmFiles beside = VlmFiles.of(files.path(), files.path(), tower.imageSize());
    VlmAssembly assembly = new VlmAssembly(config, named(config, beside, Optional.empty()));
    Predicate<String> idle = VlmDirectory.idle(config, tower.layers());
    try (SafetensorsReader reader = files.weights()) {
      StoredWeights weights = new StoredWeights(reader, LlavaNames::llavaNext);
      VlmDirectory.requireTied(weights, config);
      boolean whole = weights.names().stream().anyMatch(VlmImport::ofTower);
      if (whole || vision == null) {
        assembly.add(weights, name -> true, idle);
        return assembly.write(out, beside, dtype);
      }
      assembly.add(weights, name -> !ofTower(name), idle);
      try (SafetensorsReader towerReader = new HfDirectory(vision).weights()) {
        assembly.add(visionWeights(towerReader), VlmImport::ofTower, idle);
        return assembly.write(out, beside, dtype);
      }
    }
  }

  /**
   * Joins a SigLIP tower and a Qwen2 language model into a new model. Projector and image newline
   * start as LLaVA starts them; the tower loses its pooling head and its last layers.
   *
   * @param vision directory of a SigLIP checkpoint, whole or the vision half
   * @param language directory of a Qwen2 or Qwen2.5 checkpoint with its tokenizer
   * @param out the new directory
   * @param layers how many layers of the tower to keep; 0 for all but the last, as LLaVA does
   * @param seed of the projector and the newline
   * @param dtype the element type of all tensors, or null to keep each one's
   * @throws UserException as {@link #convert}
   */
  public static ImportReport join(
      Path vision, Path language, Path out, int layers, long seed, @Nullable TorchDtype dtype) {
    HfDirectory text = new HfDirectory(language);
    JsonConfig json = text.config();
    json.choice("model_type", "qwen2", "qwen2");
    VlmConfig.refuseQuantised(json);
    SiglipVisionConfig whole = siglip(vision);
    int kept = layers == 0 ? whole.layers() - 1 : layers;
    if (kept < 1 || kept > whole.layers()) {
      throw new UserException(
          vision.toString(),
          kept + " layers of a tower of " + whole.layers(),
          "keep from 1 to " + whole.layers());
    }
    VlmConfig config =
        ConfigFaults.inFile(
            json.where(), () -> new VlmConfig(whole.tower(kept), Qwen2Config.from(json), 0));
    VlmFiles beside =
        new VlmFiles(
            TokenizerFiles.read(language),
            text,
            VlmFiles.processor(new HfDirectory(vision), whole.imageSize()));
    VlmAssembly assembly = new VlmAssembly(config, named(config, beside, Optional.empty()));
    try (SafetensorsReader visionReader = new HfDirectory(vision).weights();
        SafetensorsReader textReader = text.weights();
        NDManager manager = NDManager.newBaseManager()) {
      StoredWeights words =
          new StoredWeights(textReader, n -> LlavaNames.LANGUAGE + Qwen2Names.of(n));
      VlmDirectory.requireTied(words, config);
      assembly.add(
          visionWeights(visionReader),
          VlmImport::ofTower,
          VlmDirectory.idle(config, whole.layers()));
      assembly.add(words, n -> n.startsWith(LlavaNames.LANGUAGE), VlmDirectory.idle(config, 0));
      MultimodalProjector projector =
          new MultimodalProjector(whole.hiddenSize(), config.language().hiddenSize());
      projector.allocate(manager, TorchDtype.FLOAT32);
      projector.randomize(seed);
      assembly.add(projector.weights());
      return assembly.write(out, beside, dtype);
    }
  }

  private static boolean ofTower(String name) {
    return name.startsWith(LlavaNames.VISION);
  }

  private static StoredWeights visionWeights(SafetensorsReader reader) {
    return new StoredWeights(reader, n -> LlavaNames.VISION + SiglipNames.of(n));
  }

  private static SiglipVisionConfig siglip(Path directory) {
    JsonConfig json = new HfDirectory(directory).config();
    String type = json.choice("model_type", "", "siglip", "siglip_vision_model");
    return ConfigFaults.inFile(
        json.where(),
        () -> SiglipVisionConfig.from(type.equals("siglip") ? json.object("vision_config") : json));
  }

  /** The config with the token ids of the tokenizer, and room for them in the embedding. */
  private static VlmConfig named(VlmConfig config, VlmFiles beside, Optional<JsonConfig> json) {
    List<Integer> ids = beside.tokenizer().ids(VlmFiles.TOKENS);
    int image = ids.get(0);
    int video = ids.get(1);
    boolean there = beside.tokenizer().id(TokenizerFiles.IMAGE).isPresent();
    if (json.isPresent() && there && image != config.imageTokenId()) {
      throw new UserException(
          json.get().where(),
          "image_token_index is "
              + config.imageTokenId()
              + ", but <image> has the id "
              + image
              + " in tokenizer.json",
          "correct the one that is wrong");
    }
    int needed = Math.max(image, video) + 1;
    int rows = config.language().vocabSize();
    return config.withTokens(image, video, needed <= rows ? rows : VlmAssembly.padded(needed));
  }
}
