package org.rsavlm.train.step;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.models.hub.JsonConfig;
import org.rsavlm.models.image.AnyRes;
import org.rsavlm.models.image.AnyResLayout;
import org.rsavlm.models.image.ImageProcessor;
import org.rsavlm.models.image.ImageTiler;
import org.rsavlm.models.image.ImageTiles;
import org.rsavlm.models.image.LlavaGrid;
import org.rsavlm.models.llava.VisionLanguageModel;
import org.rsavlm.models.llava.VlmConfig;
import org.rsavlm.models.qwen2.Qwen2Config;
import org.rsavlm.models.siglip.SiglipVisionConfig;
import org.rsavlm.models.text.Tokenized;
import org.rsavlm.train.data.PreparedSample;

/** A tiny random model, and samples of mixed kinds for it. */
final class RandomBatch {

  static final int SIDE = 12;
  static final int VOCABULARY = 90;

  private static final ImageTiler TILER =
      ImageTiler.anyRes(
          ImageProcessor.siglip(SIDE),
          new AnyRes(
              SIDE, 2, LlavaGrid.range("(1x1),...,(3x3)", SIDE), 3, AnyRes.Rounding.HUGGING_FACE));

  private RandomBatch() {}

  static VisionLanguageModel model(NDManager manager, TorchDtype dtype, long seed) {
    ObjectNode vision = new ObjectMapper().createObjectNode();
    vision.put("hidden_size", 16).put("intermediate_size", 24).put("num_hidden_layers", 2);
    vision.put("num_attention_heads", 2).put("image_size", SIDE).put("patch_size", 6);
    vision.put("vision_use_head", false);
    ObjectNode language = new ObjectMapper().createObjectNode();
    language.put("vocab_size", VOCABULARY).put("hidden_size", 24).put("intermediate_size", 40);
    language.put("num_hidden_layers", 2).put("num_attention_heads", 4);
    language.put("num_key_value_heads", 2).put("tie_word_embeddings", true);
    VisionLanguageModel model =
        new VisionLanguageModel(
            new VlmConfig(
                SiglipVisionConfig.from(JsonConfig.of("vision", vision)),
                Qwen2Config.from(JsonConfig.of("language", language)),
                VOCABULARY - 1));
    model.allocate(manager, dtype);
    model.randomize(seed);
    return model;
  }

  /** Every third sample is no RSA pair, every seventh has no image, every tenth has two. */
  static List<PreparedSample> mixed(int count, long seed) {
    List<PreparedSample> samples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int images = i % 7 == 6 ? 0 : i % 10 == 9 ? 2 : 1;
      samples.add(sample("s" + i, images, images == 1 && i % 3 != 2, new Random(seed + i)));
    }
    return samples;
  }

  /** Image-caption pairs alone. */
  static List<PreparedSample> pairs(int count, long seed) {
    List<PreparedSample> samples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      samples.add(sample("p" + i, 1, true, new Random(seed + i)));
    }
    return samples;
  }

  /** As {@link #mixed}, with tiles of all the shapes and reductions that AnyRes makes. */
  static List<PreparedSample> tiled(int count, long seed) {
    List<PreparedSample> samples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Random random = new Random(seed + i);
      int images = i % 7 == 6 ? 0 : i % 10 == 9 ? 2 : 1;
      List<AnyResLayout> layouts = new ArrayList<>();
      for (int image = 0; image < images; image++) {
        layouts.add(TILER.layout(1 + random.nextInt(40), 1 + random.nextInt(40), images));
      }
      samples.add(sample("t" + i, layouts, images == 1 && i % 3 != 2, random));
    }
    return samples;
  }

  private static PreparedSample sample(String id, int images, boolean rsa, Random random) {
    return sample(id, Collections.nCopies(images, AnyResLayout.flat(2)), rsa, random);
  }

  private static PreparedSample sample(
      String id, List<AnyResLayout> layouts, boolean rsa, Random random) {
    int images = layouts.size();
    int words = 2 + random.nextInt(9);
    long[] text = random.longs(words, 1, VOCABULARY - 1).toArray();
    long[] ids = new long[images + words];
    long[] labels = new long[images + words];
    Arrays.fill(ids, 0, images, Tokenized.IMAGE);
    Arrays.fill(labels, Tokenized.IGNORE);
    System.arraycopy(text, 0, ids, images, words);
    System.arraycopy(text, 1, labels, images + 1, words - 1);
    List<ImageTiles> tiles = new ArrayList<>();
    for (AnyResLayout layout : layouts) {
      List<float[]> pixels = new ArrayList<>();
      for (int tile = 0; tile < layout.tiles(); tile++) {
        float[] values = new float[3 * SIDE * SIDE];
        for (int i = 0; i < values.length; i++) {
          values[i] = random.nextFloat() * 2 - 1;
        }
        pixels.add(values);
      }
      tiles.add(new ImageTiles(pixels, layout));
    }
    int length = words + layouts.stream().mapToInt(AnyResLayout::tokens).sum();
    return new PreparedSample(id, ids, labels, rsa ? text : new long[0], tiles, rsa, length);
  }

  static List<List<PreparedSample>> split(List<PreparedSample> samples, int size) {
    List<List<PreparedSample>> split = new ArrayList<>();
    for (int from = 0; from < samples.size(); from += size) {
      split.add(samples.subList(from, Math.min(samples.size(), from + size)));
    }
    return split;
  }
}
