package org.rsavlm.models.dinov2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rsavlm.core.torch.GradMode;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.eval.alignment.LayerFeatures;
import org.rsavlm.eval.alignment.LayerGrid;
import org.rsavlm.eval.alignment.MutualKnn;
import org.rsavlm.eval.alignment.Similarity;
import org.rsavlm.eval.probe.FeatureExtractor;
import org.rsavlm.models.hub.JsonConfig;
import org.rsavlm.models.hub.SafetensorsReader;
import org.rsavlm.models.nn.DualEncoder;
import org.rsavlm.models.qwen2.Qwen2Config;
import org.rsavlm.models.qwen2.Qwen2Model;

/**
 * A model family is one folder: this package is a DINOv2-like tower with config, model, text and
 * names, and what the library measures of it equals transformers.
 */
class NewFamilyTest {

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void featuresOfEveryLayerEqualTransformers() throws Exception {
    Path directory = Path.of(NewFamilyTest.class.getResource("/reference/dinov2").toURI());
    Dinov2Model tower = Dinov2Model.load(manager, directory, TorchDtype.FLOAT64);
    Qwen2Model language = language();
    try (SafetensorsReader reference =
            SafetensorsReader.open(directory.resolve("reference.safetensors"));
        GradMode off = GradMode.disabled()) {
      FeatureExtractor features = new FeatureExtractor(DualEncoder.of(tower, language));
      List<float[]> images = images(reference);
      features.add(manager, images, captions(images.size()));
      LayerFeatures vision = features.vision();
      assertThat(vision.layers()).isEqualTo(4);
      for (int layer = 0; layer < vision.layers(); layer++) {
        double[] expected = Tensors.toDoubles(reference.read(manager, "mean." + layer));
        float[] actual = vision.layer(layer).toFloats();
        assertThat(actual).hasSize(expected.length);
        for (int i = 0; i < expected.length; i++) {
          // features are kept as float32, pixels come as float32
          assertThat((double) actual[i]).isCloseTo(expected[i], within(1e-6));
        }
      }
      LayerFeatures text = features.text();
      assertThat(text.layers()).isEqualTo(language.config().layers() + 1);
      LayerGrid grid = LayerGrid.measure(vision, text, new MutualKnn(1, Similarity.COSINE));
      assertThat(grid.scores()).hasSize(4).allSatisfy(row -> assertThat(row).hasSize(3));
    }
  }

  /** The other side can be anything that encodes texts. */
  private Qwen2Model language() {
    Qwen2Model language =
        new Qwen2Model(new Qwen2Config(40, 16, 24, 2, 2, 1, 8, 1e-6, 10000, true, 64, 0.2));
    language.allocate(manager, TorchDtype.FLOAT64);
    language.randomize(1);
    return language;
  }

  private List<float[]> images(SafetensorsReader reference) {
    float[] all = Tensors.toFloats(reference.read(manager, "pixels", TorchDtype.FLOAT32));
    List<float[]> images = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      images.add(Arrays.copyOfRange(all, i * all.length / 3, (i + 1) * all.length / 3));
    }
    return images;
  }

  private static List<long[]> captions(int count) {
    List<long[]> captions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      captions.add(new long[] {i, i + 1, 7});
    }
    return captions;
  }

  @Test
  void aWrongConfigIsTheUsersToMend() {
    JsonConfig json =
        JsonConfig.of(
            "config.json", JsonNodeFactory.instance.objectNode().put("model_type", "clip"));
    assertThat(catchThrowable(() -> Dinov2Config.from(json)))
        .hasMessageContaining("model_type")
        .hasMessageContaining("dinov2");
  }
}
