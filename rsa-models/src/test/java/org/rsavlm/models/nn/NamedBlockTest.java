package org.rsavlm.models.nn;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.models.qwen2.Qwen2Config;
import org.rsavlm.models.qwen2.Qwen2Model;

class NamedBlockTest {

  private static final List<String> SAME_SHAPE =
      List.of(
          "model.layers.0.self_attn.k_proj.weight",
          "model.layers.0.self_attn.v_proj.weight",
          "model.layers.1.self_attn.k_proj.weight",
          "model.layers.1.self_attn.v_proj.weight");

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private Qwen2Model model(int layers, long seed) {
    Qwen2Model model =
        new Qwen2Model(new Qwen2Config(40, 16, 24, layers, 2, 1, 8, 1e-6, 10000, true, 64, 0.2));
    model.allocate(manager, TorchDtype.FLOAT32);
    model.randomize(seed);
    return model;
  }

  private static float[] values(Qwen2Model model, String name) {
    NDArray weight = model.weight(name);
    return weight.toFloatArray();
  }

  /** One stream for all would start every matrix of a shape alike, and their heads with them. */
  @Test
  void parametersOfOneShapeStartDifferently() {
    Qwen2Model model = model(2, 3);
    List<float[]> starts = SAME_SHAPE.stream().map(name -> values(model, name)).toList();
    for (int i = 0; i < starts.size(); i++) {
      for (int j = 0; j < i; j++) {
        assertThat(cosine(starts.get(i), starts.get(j)))
            .as("%s and %s", SAME_SHAPE.get(i), SAME_SHAPE.get(j))
            .isBetween(-0.5, 0.5);
      }
    }
  }

  /** What surrounds a parameter doesn't change its start; the seed does. */
  @Test
  void aParametersStartDependsOnSeedAndNameAlone() {
    String name = SAME_SHAPE.get(1);
    assertThat(values(model(1, 3), name)).isEqualTo(values(model(2, 3), name));
    assertThat(values(model(1, 4), name)).isNotEqualTo(values(model(1, 3), name));
  }

  private static double cosine(float[] a, float[] b) {
    double dot = 0;
    double lengths = norm(a) * norm(b);
    for (int i = 0; i < a.length; i++) {
      dot += a[i] * b[i];
    }
    return dot / lengths;
  }

  private static double norm(float[] values) {
    double[] wide = new double[values.length];
    Arrays.setAll(wide, i -> values[i]);
    return Math.sqrt(Arrays.stream(wide).map(v -> v * v).sum());
  }
}
