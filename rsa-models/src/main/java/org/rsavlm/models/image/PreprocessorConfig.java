package org.rsavlm.models.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rsavlm.core.UserException;
import org.rsavlm.models.hub.HfDirectory;
import org.rsavlm.models.hub.JsonConfig;

/**
 * Hugging Face's {@code preprocessor_config.json} for the processors that are supported: {@code
 * SiglipImageProcessor} and {@code LlavaOnevisionImageProcessor}, under whichever backend's name.
 *
 * @param processor resizing and normalisation
 * @param resolutions the canvases of AnyRes in the file's order; empty without AnyRes
 */
public record PreprocessorConfig(ImageProcessor processor, List<Resolution> resolutions) {

  private static final String TYPE = "image_processor_type";
  private static final String PINPOINTS = "image_grid_pinpoints";
  private static final String PROCESSOR_CONFIG = "processor_config.json";

  /** Keys that are read, or that change nothing in the pixels of one image. */
  private static final Set<String> KNOWN =
      Set.of(
          TYPE,
          "feature_extractor_type",
          "processor_class",
          "size",
          "resample",
          "rescale_factor",
          "image_mean",
          "image_std",
          PINPOINTS,
          "do_resize",
          "do_rescale",
          "do_normalize",
          "do_convert_rgb",
          "do_pad",
          "crop_size",
          "default_to_square",
          "data_format",
          "input_data_format",
          "return_tensors",
          "disable_grouping",
          "device",
          "image_seq_length",
          "_valid_processor_keys");

  /** Copies the list. */
  public PreprocessorConfig {
    resolutions = List.copyOf(resolutions);
  }

  /**
   * Reads the file of a model directory: {@code preprocessor_config.json}, or the {@code
   * image_processor} in {@code processor_config.json}, where newer versions keep it.
   *
   * @param directory a model directory
   * @return the config
   * @throws UserException if it is missing, damaged or asks for something unsupported
   */
  public static PreprocessorConfig load(HfDirectory directory) {
    Optional<JsonConfig> own = directory.json(HfDirectory.PREPROCESSOR_CONFIG);
    Optional<JsonConfig> nested =
        directory.json(PROCESSOR_CONFIG).flatMap(c -> c.optionalObject("image_processor"));
    return parse(
        own.or(() -> nested)
            .orElseGet(() -> JsonConfig.read(directory.file(HfDirectory.PREPROCESSOR_CONFIG))));
  }

  /**
   * Reads a config. The values that shape the pixels (size, mean, standard deviation) must be
   * there: each processor has defaults of its own, and a silent guess would be wrong for the other.
   *
   * @param config the JSON object
   * @return the config
   * @throws UserException if a value is missing or unsupported; it names the key
   */
  public static PreprocessorConfig parse(JsonConfig config) {
    refuseUnknown(config);
    if (config.has(TYPE)
        && !config.text(TYPE).matches("(Siglip|LlavaOnevision)ImageProcessor(Fast|Pil)?")) {
      throw config.unsupported(
          TYPE, "supported: SiglipImageProcessor, LlavaOnevisionImageProcessor");
    }
    for (String step : List.of("do_resize", "do_rescale", "do_normalize")) {
      if (!config.flag(step, true)) {
        throw config.unsupported(step, "only true is supported");
      }
    }
    List<Resolution> resolutions =
        config.has(PINPOINTS) ? LlavaGrid.heightFirst(config.integerPairs(PINPOINTS)) : List.of();
    try {
      ImageProcessor processor =
          new ImageProcessor(
              size(config),
              resampler(config),
              config.number("rescale_factor", 1.0 / 255),
              channels(config, "image_mean"),
              channels(config, "image_std"));
      return new PreprocessorConfig(processor, resolutions);
    } catch (IllegalArgumentException e) {
      throw new UserException(
          config.where(), String.valueOf(e.getMessage()), "correct the value", e);
    }
  }

  private static void refuseUnknown(JsonConfig config) {
    config
        .node()
        .properties()
        .forEach(
            entry -> {
              JsonNode value = entry.getValue();
              boolean off = value.isNull() || value.isBoolean() && !value.booleanValue();
              if (!off && !KNOWN.contains(entry.getKey())) {
                throw config.unsupported(
                    entry.getKey(), "this step is not implemented; remove it if it is not needed");
              }
            });
  }

  private static int size(JsonConfig config) {
    JsonNode size = config.node().path("size");
    if (size.isObject()) {
      int height = size.path("height").asInt(0);
      if (height < 1 || height != size.path("width").asInt(0)) {
        throw config.unsupported("size", "supported: the same height and width");
      }
      return height;
    }
    return config.integer("size");
  }

  private static Resampler resampler(JsonConfig config) {
    int code = config.integer("resample", Resampler.BICUBIC.code());
    for (Resampler resampler : Resampler.values()) {
      if (resampler.code() == code) {
        return resampler;
      }
    }
    throw config.unsupported("resample", "supported: 1 (Lanczos), 2 (bilinear), 3 (bicubic)");
  }

  private static List<Double> channels(JsonConfig config, String key) {
    return config.node().path(key).isNumber()
        ? Collections.nCopies(3, config.number(key))
        : config.numbers(key);
  }

  /**
   * Writes the config as transformers reads it.
   *
   * @return the content of {@code preprocessor_config.json}
   */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("do_convert_rgb", true);
    json.put("do_normalize", true);
    json.put("do_rescale", true);
    json.put("do_resize", true);
    if (!resolutions.isEmpty()) {
      json.put("do_pad", true);
      ArrayNode pinpoints = json.putArray(PINPOINTS);
      resolutions.forEach(r -> pinpoints.addArray().add(r.height()).add(r.width()));
    }
    ArrayNode mean = json.putArray("image_mean");
    processor.mean().forEach(mean::add);
    json.put(TYPE, resolutions.isEmpty() ? "SiglipImageProcessor" : "LlavaOnevisionImageProcessor");
    ArrayNode std = json.putArray("image_std");
    processor.std().forEach(std::add);
    json.put(
        "processor_class", resolutions.isEmpty() ? "SiglipProcessor" : "LlavaOnevisionProcessor");
    json.put("resample", processor.resampler().code());
    json.put("rescale_factor", processor.rescaleFactor());
    json.putObject("size").put("height", processor.size()).put("width", processor.size());
    return json;
  }
}
