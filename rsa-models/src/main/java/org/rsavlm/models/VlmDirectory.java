package org.rsavlm.models;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import org.rsavlm.core.UserException;
import org.rsavlm.core.io.AtomicFiles;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.models.hub.HfDirectory;
import org.rsavlm.models.hub.JsonConfig;
import org.rsavlm.models.hub.SafetensorsReader;
import org.rsavlm.models.hub.SafetensorsWriter;

/**
 * Whole vision-language models on disk, in Hugging Face's {@code llava_onevision} layout: {@code
 * config.json}, safetensors, {@code preprocessor_config.json} and the tokenizer's files.
 */
public final class VlmDirectory {

  private static final List<String> TOKENIZER_FILES =
      List.of("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json");

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

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
    VisionLanguageModel model;
    try {
      model = new VisionLanguageModel(VlmConfig.from(json));
    } catch (UserException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new UserException(json.where(), String.valueOf(e.getMessage()), "mend the config", e);
    }
    model.allocate(manager, dtype);
    try (SafetensorsReader weights = files.weights()) {
      WeightLoader loader = new WeightLoader(weights);
      for (NamedBlock part : model.parts()) {
        loader.add(part, name -> model.hubName(part, name));
      }
      loader.load();
    }
    return model;
  }

  /**
   * Saves a model. The directory appears under its name only when it is complete; one that was
   * there before is replaced then.
   *
   * @param model the model
   * @param directory where to
   * @param tokenizer the directory that holds {@code tokenizer.json} and its companions
   * @throws UserException if the file system refuses
   */
  public static void save(VisionLanguageModel model, Path directory, Path tokenizer) {
    AtomicFiles.writeDirectory(directory, temporary -> write(model, temporary, tokenizer));
  }

  private static void write(VisionLanguageModel model, Path directory, Path tokenizer)
      throws IOException {
    TorchDtype dtype = model.language().dtype();
    write(
        directory.resolve(HfDirectory.CONFIG),
        model.config().toJson(dtype.name().toLowerCase(Locale.ROOT)));
    write(directory.resolve(HfDirectory.PREPROCESSOR_CONFIG), preprocessor(model));
    for (String name : TOKENIZER_FILES) {
      Path file = tokenizer.resolve(name);
      if (Files.exists(file)) {
        Files.copy(file, directory.resolve(name), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    SafetensorsWriter writer = new SafetensorsWriter();
    model.weights().forEach(writer::add);
    writer.writeDirectory(directory);
  }

  private static ObjectNode preprocessor(VisionLanguageModel model) {
    int side = model.config().vision().imageSize();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("image_processor_type", "SiglipImageProcessor");
    json.put("do_resize", true);
    json.put("do_rescale", true);
    json.put("do_normalize", true);
    json.put("resample", 3);
    json.put("rescale_factor", 1 / 255.0);
    json.putObject("size").put("height", side).put("width", side);
    for (String key : List.of("image_mean", "image_std")) {
      json.putArray(key).add(0.5).add(0.5).add(0.5);
    }
    return json;
  }

  private static void write(Path file, ObjectNode json) throws IOException {
    try {
      Files.writeString(file, JSON.writeValueAsString(json) + "\n");
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e); // a tree of plain values serialises
    }
  }
}
