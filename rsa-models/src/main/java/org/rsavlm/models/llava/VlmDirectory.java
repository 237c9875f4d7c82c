package org.rsavlm.models.llava;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.function.Predicate;
import org.rsavlm.core.UserException;
import org.rsavlm.core.io.AtomicFiles;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.models.hub.ConfigFaults;
import org.rsavlm.models.hub.HfDirectory;
import org.rsavlm.models.hub.JsonConfig;
import org.rsavlm.models.hub.SafetensorsReader;
import org.rsavlm.models.hub.SafetensorsWriter;
import org.rsavlm.models.hub.StoredWeights;
import org.rsavlm.models.hub.WeightLoader;
import org.rsavlm.models.image.ImageTiler;
import org.rsavlm.models.image.PreprocessorConfig;
import org.rsavlm.models.nn.NamedBlock;
import org.rsavlm.models.nn.RotaryDecoder;
import org.rsavlm.models.siglip.SiglipNames;

/**
 * Whole vision-language models on disk, in Hugging Face's {@code llava_onevision} layout: {@code
 * config.json}, safetensors, and the files of tokenizer, processor and generation.
 *
 * <p>Read are the names of the published {@code llava-hf} checkpoints and those that newer versions
 * of transformers write; written are the published ones, which every version reads. Layers of the
 * tower above the one whose output is used, its pooling head, and a head of the language model that
 * is tied to the embedding are not loaded, hence not saved.
 */
public final class VlmDirectory {

  private VlmDirectory() {}

  /**
   * Loads a model; weights are cast while they are copied, so that no second copy exists.
   *
   * @param manager owns the parameters
   * @param directory the model's directory
   * @param dtype the parameters' type
   * @throws UserException if a file is missing or damaged, the architecture is not supported, or
   *     weights and config do not fit
   */
  public static VisionLanguageModel load(NDManager manager, Path directory, TorchDtype dtype) {
    HfDirectory files = new HfDirectory(directory);
    JsonConfig json = files.config();
    VisionLanguageModel model = new VisionLanguageModel(config(files));
    model.allocate(manager, dtype);
    try (SafetensorsReader reader = files.weights()) {
      StoredWeights weights = new StoredWeights(reader, LlavaNames::vlm);
      WeightLoader loader = new WeightLoader(weights).ignore(idle(json, model.config()));
      for (NamedBlock part : model.parts()) {
        loader.add(part.weights(), name -> model.hubName(part, name));
      }
      requireTied(weights, model.config());
      loader.load();
    }
    return model;
  }

  /**
   * Reads a model directory's config.
   *
   * @throws UserException if it is missing, wrong, or asks for what is not supported
   */
  public static VlmConfig config(HfDirectory directory) {
    JsonConfig json = directory.config();
    return ConfigFaults.inFile(json.where(), () -> VlmConfig.from(json));
  }

  /**
   * Reads from a model directory how it wants its images; see {@link VlmConfig#tiler}.
   *
   * @throws UserException if a file is missing, wrong, or does not fit the other
   */
  public static ImageTiler tiler(HfDirectory directory) {
    return config(directory).tiler(PreprocessorConfig.load(directory));
  }

  static void requireTied(StoredWeights weights, VlmConfig config) {
    if (config.language().tieWordEmbeddings()) {
      weights.requireTied(
          LlavaNames.LANGUAGE + RotaryDecoder.EMBEDDING, LlavaNames.LANGUAGE + RotaryDecoder.HEAD);
    }
  }

  /** Tells which tensors of a checkpoint change nothing. */
  static Predicate<String> idle(JsonConfig json, VlmConfig config) {
    int all = json.object("vision_config").integer("num_hidden_layers", 12);
    return idle(config, all);
  }

  /**
   * Tells which tensors of a checkpoint change nothing.
   *
   * @param storedLayers how many layers the tower has in the checkpoint
   */
  static Predicate<String> idle(VlmConfig config, int storedLayers) {
    String layers = LlavaNames.VISION + SiglipNames.ENCODER_LAYERS;
    return name -> {
      if (name.startsWith(layers)) {
        String number = name.substring(layers.length()).replaceFirst("\\..*", "");
        return number.matches("\\d{1,6}")
            && Integer.parseInt(number) >= config.vision().layers()
            && Integer.parseInt(number) < storedLayers;
      }
      return name.startsWith(LlavaNames.VISION)
              && SiglipNames.isBesideTower(name.substring(LlavaNames.VISION.length()))
          || LlavaNames.isTable(name)
          || config.language().tieWordEmbeddings()
              && name.equals(LlavaNames.LANGUAGE + RotaryDecoder.HEAD);
    };
  }

  /**
   * Saves a model. The directory appears under its name only when it is complete; one that was
   * there before is replaced then.
   *
   * <p>The tokenizer gets the tokens {@code <image>} and {@code <video>} that transformers needs,
   * if it lacks them and their ids are those of the model's config.
   *
   * @param model the model
   * @param directory where to
   * @param tokenizer the directory that holds {@code tokenizer.json} and its companions; files of
   *     the image processor and of generation in it are kept
   * @throws UserException if the file system refuses
   */
  public static void save(VisionLanguageModel model, Path directory, Path tokenizer) {
    save(model, model.config(), directory, tokenizer);
  }

  /**
   * As {@link #save(VisionLanguageModel, Path, Path)}, with another way of reading images.
   *
   * @param config the model's own, or {@link VlmConfig#withImages} of it
   */
  public static void save(
      VisionLanguageModel model, VlmConfig config, Path directory, Path tokenizer) {
    VlmFiles files = VlmFiles.of(tokenizer, tokenizer, config.vision().imageSize());
    AtomicFiles.writeDirectory(
        directory,
        temporary -> {
          files.write(temporary, config, model.language().dtype());
          SafetensorsWriter writer = new SafetensorsWriter();
          model.weights().forEach(writer::add);
          writer.writeDirectory(temporary);
        });
  }
}
