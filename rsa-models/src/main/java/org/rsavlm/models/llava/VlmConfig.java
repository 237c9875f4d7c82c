package org.rsavlm.models.llava;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.rsavlm.core.UserException;
import org.rsavlm.models.hub.ConfigFaults;
import org.rsavlm.models.hub.JsonConfig;
import org.rsavlm.models.image.AnyRes;
import org.rsavlm.models.image.ImageProcessor;
import org.rsavlm.models.image.ImageTiler;
import org.rsavlm.models.image.LlavaGrid;
import org.rsavlm.models.image.PreprocessorConfig;
import org.rsavlm.models.image.Resolution;
import org.rsavlm.models.nn.DecoderConfig;
import org.rsavlm.models.siglip.SiglipVisionConfig;

/**
 * Shape of a LLaVA-OneVision-style model, from Hugging Face's {@code config.json} of model type
 * {@code llava_onevision}.
 *
 * @param vision the tower as far as it is used: its last layer is the one whose output goes to the
 *     projector, and it has no pooling head
 * @param language the language model
 * @param imageTokenId id of {@code <image>} in the tokenizer, which transformers replaces by
 *     features
 * @param videoTokenId id of {@code <video>}, which transformers asks for though no video is read
 *     here
 * @param projectorBias whether the projector's layers have biases
 * @param resolutions the canvases of AnyRes; none for base images alone, without newlines (LLaVA's
 *     {@code flat} merge)
 * @param maxTiles to how many tiles' features AnyRes reduces an image; 0 for no limit
 */
public record VlmConfig(
    SiglipVisionConfig vision,
    DecoderConfig language,
    int imageTokenId,
    int videoTokenId,
    boolean projectorBias,
    List<Resolution> resolutions,
    int maxTiles) {

  /** LLaVA's key of how tiles are merged; transformers knows one way only and passes it over. */
  private static final String MERGE = "mm_patch_merge_type";

  private static final String FLAT = "flat";
  private static final String UNPAD = "spatial_unpad";
  private static final String PINPOINTS = "image_grid_pinpoints";
  private static final int DEFAULT_MAX_TILES = 9;
  private static final int GRID = 6;

  /** More tiles than any canvas has: transformers can't read an aspect ratio without a limit. */
  private static final int UNLIMITED = 9999;

  /** Checks what {@link #from} can not. */
  public VlmConfig {
    resolutions = List.copyOf(resolutions);
    if (vision.useHead()) {
      throw new IllegalArgumentException("the tower of a vision-language model has no head");
    }
  }

  /** Makes a config with LLaVA-OneVision's projector and canvases (1 x 1 to 6 x 6 tiles). */
  public VlmConfig(SiglipVisionConfig vision, DecoderConfig language, int imageTokenId) {
    this(
        vision.tower(vision.layers()),
        language,
        imageTokenId,
        imageTokenId + 1,
        true,
        defaultResolutions(vision.imageSize()),
        DEFAULT_MAX_TILES);
  }

  /** Returns all canvases of 1 x 1 to 6 x 6 tiles in transformers' order. */
  static List<Resolution> defaultResolutions(int tileSize) {
    List<Resolution> resolutions = new ArrayList<>();
    for (int h = 1; h <= GRID; h++) {
      for (int w = 1; w <= GRID; w++) {
        resolutions.add(new Resolution(w * tileSize, h * tileSize));
      }
    }
    return resolutions;
  }

  /**
   * Reads a config; absent keys have transformers' defaults.
   *
   * @throws UserException if a key is wrong or asks for what is not supported
   */
  public static VlmConfig from(JsonConfig json) {
    json.choice("model_type", "llava_onevision", "llava_onevision");
    json.choice("projector_hidden_act", "gelu", "gelu");
    json.choice("vision_feature_select_strategy", "full", "full");
    refuseQuantised(json);
    JsonConfig vision = json.object("vision_config");
    vision.choice("model_type", "siglip_vision_model", "siglip_vision_model");
    JsonConfig text = json.object("text_config");
    SiglipVisionConfig tower = SiglipVisionConfig.from(vision);
    DecoderConfig language = LanguageFamilies.read(text);
    if (json.flag("tie_word_embeddings", false) && !language.tieWordEmbeddings()) {
      throw json.unsupported(
          "tie_word_embeddings", "text_config.tie_word_embeddings must say the same");
    }
    int image = token(json, "image", 151646);
    return new VlmConfig(
        tower.tower(usedLayers(json, tower.layers())),
        language,
        image,
        token(json, "video", image + 1),
        json.flag("multimodal_projector_bias", true),
        resolutions(json),
        LlavaGrid.maxTiles(json.text("vision_aspect_ratio", "anyres_max_9"))
            .orElseThrow(
                () -> json.unsupported("vision_aspect_ratio", "supported: anyres_max_N, anyres")));
  }

  private static List<Resolution> resolutions(JsonConfig json) {
    if (json.choice(MERGE, UNPAD, UNPAD, FLAT).equals(FLAT)) {
      return List.of();
    }
    if (!json.has(PINPOINTS)) {
      return defaultResolutions(384);
    }
    List<Resolution> resolutions = LlavaGrid.heightFirst(json.integerPairs(PINPOINTS));
    if (resolutions.isEmpty()) {
      throw json.wrong(PINPOINTS, "at least one canvas");
    }
    return resolutions;
  }

  static void refuseQuantised(JsonConfig json) {
    if (json.has("quantization_config")) {
      throw json.unsupported("quantization_config", "use the checkpoint's unquantised weights");
    }
  }

  private static int token(JsonConfig json, String kind, int fallback) {
    String newer = kind + "_token_id";
    return json.integer(json.has(newer) ? newer : kind + "_token_index", fallback);
  }

  /** Hidden state k is the output of layer k; negative numbers count from the end. */
  private static int usedLayers(JsonConfig json, int layers) {
    String key = "vision_feature_layer";
    JsonNode value = json.node().path(key);
    if (value.isArray()) {
      throw json.unsupported(key, "the features of one layer are supported");
    }
    int layer = json.integer(key, -1);
    int used = layer < 0 ? layers + 1 + layer : layer;
    if (used < 1 || used > layers) {
      throw json.unsupported(key, "the tower has " + layers + " layers; name one of them");
    }
    return used;
  }

  /** Returns the same config for other token ids and another number of rows of the embedding. */
  VlmConfig withTokens(int image, int video, int vocabulary) {
    return new VlmConfig(
        vision,
        language.withVocabulary(vocabulary),
        image,
        video,
        projectorBias,
        resolutions,
        maxTiles);
  }

  /**
   * Returns the same config for a model that reads images another way.
   *
   * @param canvases of AnyRes, whole tiles each; none for base images alone
   * @param limit as {@link #maxTiles}
   */
  public VlmConfig withImages(List<Resolution> canvases, int limit) {
    return new VlmConfig(
        vision, language, imageTokenId, videoTokenId, projectorBias, canvases, limit);
  }

  /**
   * Returns how the images of a sample become tiles, with transformers' arithmetic.
   *
   * @param preprocessor of the model's directory; without canvases, images are base images alone
   * @throws UserException if it does not fit the tower
   */
  public ImageTiler tiler(PreprocessorConfig preprocessor) {
    ImageProcessor processor = preprocessor.processor();
    if (processor.size() != vision.imageSize()) {
      throw new UserException(
          "preprocessor_config.json",
          "size is " + processor.size() + ", the vision tower takes " + vision.imageSize(),
          "use the preprocessor config that belongs to the model");
    }
    List<Resolution> canvases = resolutions.isEmpty() ? resolutions : preprocessor.resolutions();
    return ConfigFaults.inFile(
        "preprocessor_config.json", () -> tiler(vision, processor, canvases, maxTiles));
  }

  /**
   * Returns how the images of a sample become tiles for a tower, with transformers' arithmetic.
   *
   * @param processor of the tower's image size
   * @param canvases of AnyRes, whole tiles each; none for base images alone
   * @param limit as {@link #maxTiles}
   */
  public static ImageTiler tiler(
      SiglipVisionConfig vision, ImageProcessor processor, List<Resolution> canvases, int limit) {
    return canvases.isEmpty()
        ? ImageTiler.flat(processor, vision.gridSize())
        : ImageTiler.anyRes(
            processor,
            new AnyRes(
                vision.imageSize(),
                vision.gridSize(),
                canvases,
                limit,
                AnyRes.Rounding.HUGGING_FACE));
  }

  /** Returns the canvases as transformers must be told them, which can't do without. */
  List<Resolution> writtenResolutions() {
    return resolutions.isEmpty()
        ? List.of(new Resolution(vision.imageSize(), vision.imageSize()))
        : resolutions;
  }

  /** Returns LLaVA's name of the AnyRes mode. */
  String aspectRatio() {
    return "anyres_max_" + (maxTiles == 0 ? UNLIMITED : maxTiles);
  }

  /** Writes the config as transformers' {@code LlavaOnevisionConfig} reads it. */
  public ObjectNode toJson(String dtype) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putArray("architectures").add("LlavaOnevisionForConditionalGeneration");
    json.put("model_type", "llava_onevision");
    json.put("image_token_index", imageTokenId);
    json.put("video_token_index", videoTokenId);
    json.put("projector_hidden_act", "gelu");
    json.put("multimodal_projector_bias", projectorBias);
    json.put("vision_feature_layer", -1);
    json.put("vision_feature_select_strategy", "full");
    json.put("vision_aspect_ratio", aspectRatio());
    if (resolutions.isEmpty()) {
      json.put(MERGE, FLAT);
    }
    ArrayNode pinpoints = json.putArray(PINPOINTS);
    writtenResolutions().forEach(r -> pinpoints.addArray().add(r.height()).add(r.width()));
    json.put("tie_word_embeddings", language.tieWordEmbeddings());
    json.put("torch_dtype", dtype);
    json.set("text_config", language.toJson());
    json.set("vision_config", vision.toJson());
    return json;
  }
}
