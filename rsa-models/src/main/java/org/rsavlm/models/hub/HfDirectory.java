package org.rsavlm.models.hub;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.rsavlm.core.UserException;

/**
 * A model directory in Hugging Face layout: {@code config.json}, the weights, and files of
 * tokenizer, image processor and generation.
 *
 * @param path the directory
 */
public record HfDirectory(Path path) {

  /** The model's settings. */
  public static final String CONFIG = "config.json";

  /** Settings of generation, such as the stop ids. */
  public static final String GENERATION_CONFIG = "generation_config.json";

  /** Settings of the image processor. */
  public static final String PREPROCESSOR_CONFIG = "preprocessor_config.json";

  /** The tokenizer with its vocabulary. */
  public static final String TOKENIZER = "tokenizer.json";

  /**
   * Checks that the directory is there.
   *
   * @throws UserException if it is not
   */
  public HfDirectory {
    if (!Files.isDirectory(path)) {
      throw new UserException(
          path.toString(),
          Files.exists(path) ? "not a directory" : "no such directory",
          "give a model directory in Hugging Face layout, with config.json and weights");
    }
  }

  /**
   * Reads {@code config.json}.
   *
   * @throws UserException if it is missing or not a JSON object
   */
  public JsonConfig config() {
    return JsonConfig.read(file(CONFIG));
  }

  /**
   * Reads a JSON file that may be missing.
   *
   * @param name its name in the directory
   * @throws UserException if it is there and not a JSON object
   */
  public Optional<JsonConfig> json(String name) {
    Path file = path.resolve(name);
    return Files.exists(file) ? Optional.of(JsonConfig.read(file)) : Optional.empty();
  }

  /**
   * Returns the path of a file that must be there.
   *
   * @param name its name in the directory
   * @throws UserException if it is missing
   */
  public Path file(String name) {
    Path file = path.resolve(name);
    if (!Files.exists(file)) {
      throw new UserException(
          file.toString(), "no such file", "a model directory in Hugging Face layout needs it");
    }
    return file;
  }

  /**
   * Opens the weights.
   *
   * @return the weights; to be closed
   * @throws UserException as {@link SafetensorsReader#open} says
   */
  public SafetensorsReader weights() {
    return SafetensorsReader.open(path);
  }
}
