package org.rsavlm.models.llava;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.rsavlm.core.UserException;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.models.hub.HfDirectory;
import org.rsavlm.models.hub.JsonConfig;
import org.rsavlm.models.image.ImageProcessor;
import org.rsavlm.models.image.PreprocessorConfig;
import org.rsavlm.models.text.Tokenizer;
import org.rsavlm.models.text.TokenizerFiles;

/**
 * What stands beside the weights of a {@code llava_onevision} directory, for transformers' {@code
 * AutoProcessor} and {@code generate}: the configs of model, generation, image and video processor,
 * the chat template, the tokenizer.
 *
 * @param tokenizer the tokenizer to copy
 * @param source the directory whose processor and generation files are kept
 * @param processor how images are prepared where the source doesn't say
 */
record VlmFiles(TokenizerFiles tokenizer, HfDirectory source, ImageProcessor processor) {

  /** The special tokens that transformers' processor looks for. */
  static final List<String> TOKENS = List.of(TokenizerFiles.IMAGE, TokenizerFiles.VIDEO);

  private static final String PROCESSOR = "processor_config.json";
  private static final String VIDEO_PROCESSOR = "video_preprocessor_config.json";
  private static final String CHAT_TEMPLATE = "chat_template.jinja";
  private static final String OLD_CHAT_TEMPLATE = "chat_template.json";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /**
   * Collects what a directory has.
   *
   * @param tokenizer holds {@code tokenizer.json}
   * @param source a model directory, whose image processor is read if it has one
   * @param imageSize side of the tower's input
   */
  static VlmFiles of(Path tokenizer, Path source, int imageSize) {
    HfDirectory files = new HfDirectory(source);
    return new VlmFiles(TokenizerFiles.read(tokenizer), files, processor(files, imageSize));
  }

  /** Returns the image processor of a SigLIP or LLaVA-OneVision directory, or SigLIP's own. */
  static ImageProcessor processor(HfDirectory directory, int imageSize) {
    boolean there =
        directory.json(HfDirectory.PREPROCESSOR_CONFIG).isPresent()
            || directory.json(PROCESSOR).filter(p -> p.has("image_processor")).isPresent();
    ImageProcessor processor =
        there ? PreprocessorConfig.load(directory).processor() : ImageProcessor.siglip(imageSize);
    if (processor.size() != imageSize) {
      throw new UserException(
          directory.path().resolve(HfDirectory.PREPROCESSOR_CONFIG).toString(),
          "size is " + processor.size() + ", image_size of the tower " + imageSize,
          "correct the one that is wrong");
    }
    return processor;
  }

  /** Writes the files; tokens that the tokenizer lacks get ids if they are those of the config. */
  void write(Path target, VlmConfig config, TorchDtype dtype) throws IOException {
    boolean named =
        tokenizer.ids(TOKENS).equals(List.of(config.imageTokenId(), config.videoTokenId()));
    tokenizer.copyTo(target, named ? TOKENS : List.of());
    write(target, HfDirectory.CONFIG, config.toJson(dtype.name().toLowerCase(Locale.ROOT)));
    PreprocessorConfig preprocessor =
        new PreprocessorConfig(processor, config.writtenResolutions());
    write(target, HfDirectory.PREPROCESSOR_CONFIG, preprocessor.toJson());
    write(target, VIDEO_PROCESSOR, videoProcessor());
    write(target, PROCESSOR, processorConfig(config));
    if (!keep(target, HfDirectory.GENERATION_CONFIG)) {
      write(target, HfDirectory.GENERATION_CONFIG, generation());
    }
    Files.writeString(target.resolve(CHAT_TEMPLATE), chatTemplate());
  }

  private boolean keep(Path target, String name) throws IOException {
    Path file = source.path().resolve(name);
    if (!Files.isRegularFile(file)) {
      return false;
    }
    Files.write(target.resolve(name), Files.readAllBytes(file));
    return true;
  }

  /** The source's, unless it is a text model's, which would not place the images. */
  private String chatTemplate() throws IOException {
    boolean fits =
        source
            .json(HfDirectory.CONFIG)
            .filter(config -> config.text("model_type", "").equals("llava_onevision"))
            .isPresent();
    Path file = source.path().resolve(CHAT_TEMPLATE);
    if (fits && Files.isRegularFile(file)) {
      return Files.readString(file);
    }
    Optional<JsonConfig> old = fits ? source.json(OLD_CHAT_TEMPLATE) : Optional.empty();
    return old.map(json -> json.text("chat_template")).orElse(VlmChatTemplate.JINJA);
  }

  private static ObjectNode processorConfig(VlmConfig config) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("processor_class", "LlavaOnevisionProcessor")
        .put("image_token", TokenizerFiles.IMAGE)
        .put("video_token", TokenizerFiles.VIDEO)
        .put("num_image_tokens", config.vision().tokens())
        .put("vision_feature_select_strategy", "full")
        .put("vision_aspect_ratio", config.aspectRatio());
  }

  /** Videos are not read here; transformers' processor can't be loaded without. */
  private ObjectNode videoProcessor() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("video_processor_type", "LlavaOnevisionVideoProcessor");
    json.put("do_convert_rgb", true);
    json.put("do_normalize", true);
    json.put("do_rescale", true);
    json.put("do_resize", true);
    ArrayNode mean = json.putArray("image_mean");
    processor.mean().forEach(mean::add);
    ArrayNode std = json.putArray("image_std");
    processor.std().forEach(std::add);
    json.put("resample", processor.resampler().code());
    json.put("rescale_factor", processor.rescaleFactor());
    json.putObject("size").put("height", processor.size()).put("width", processor.size());
    return json;
  }

  private ObjectNode generation() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode stops = json.putArray("eos_token_id");
    tokenizer.id(Tokenizer.IM_END).ifPresent(stops::add);
    tokenizer.id(Tokenizer.END_OF_TEXT).ifPresent(stops::add);
    tokenizer.id(Tokenizer.END_OF_TEXT).ifPresent(id -> json.put("pad_token_id", id));
    return json;
  }

  private static void write(Path target, String name, ObjectNode json) throws IOException {
    try {
      Files.writeString(target.resolve(name), JSON.writeValueAsString(json) + "\n");
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e); // a tree of plain values serialises
    }
  }
}
