package org.rsavlm.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rsavlm.core.torch.Autograd;
import org.rsavlm.core.torch.GradMode;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.models.image.AnyResLayout;
import org.rsavlm.models.image.ImageTiles;

/**
 * The whole model against transformers: base images, AnyRes with and without reduction, several
 * images, text alone, odd shapes.
 */
class VisionLanguageModelTest {

  /** What a fixture's batch gives: outputs padded as transformers has them, loss and gradients. */
  private static final class Run implements AutoCloseable {

    private final NDManager manager = NDManager.newBaseManager();
    final Reference reference;
    final VisionLanguageModel model;
    final Map<String, double[]> found = new LinkedHashMap<>();
    private final ReferenceImages inputs;
    private final SequenceBatch batch;
    private final List<AnyResLayout> layouts;
    double loss;

    Run(String name, TorchDtype dtype) {
      reference = new Reference(manager, name);
      model = VlmDirectory.load(manager, reference.directory, dtype);
      inputs = ReferenceImages.of(reference.reader(), reference.json, model.config());
      layouts = inputs.images().stream().map(ImageTiles::layout).toList();
      batch = SequenceBatch.ofImages(inputs.samples(), layouts);
    }

    void outputs() {
      try (GradMode off = GradMode.disabled()) {
        NDArray x = model.language().embed(manager, longs(batch.ids()));
        if (!layouts.isEmpty()) {
          NDList states = model.vision().hiddenStates(manager, pixels());
          NDArray feature = states.get(model.config().vision().layers());
          NDArray projected = model.projector().project(manager, feature);
          NDArray newline = model.projector().imageNewline();
          NDList images = ImageFeatures.packEach(manager, List.of(projected), newline, layouts);
          for (int i = 0; i < images.size(); i++) {
            found.put("image_features." + i, Tensors.toDoubles(images.get(i)));
          }
          NDArray packed = ImageFeatures.pack(manager, projected, newline, layouts);
          x = model.join(manager, x, packed, longs(batch.imagePositions()));
        }
        NDList states =
            model
                .language()
                .hiddenStates(manager, x, model.language().layout(manager, batch.lengths()));
        for (int i = 0; i < states.size(); i++) {
          found.put("hidden_states." + i, padded(states.get(i)));
        }
        found.put(
            "logits", padded(model.language().logits(manager, states.get(states.size() - 1))));
      }
    }

    void gradients(boolean checkpointing) {
      model.parts().forEach(part -> part.train(parameter -> true));
      Qwen2Model language = model.language();
      try (GradMode on = GradMode.enabled()) {
        NDArray x = language.embed(manager, longs(batch.ids()));
        LayerRun tower = null;
        if (!layouts.isEmpty()) {
          NDArray embedded = model.vision().embed(manager, pixels());
          tower = new LayerRun(manager, model.vision().encoder(), embedded, true, checkpointing);
          NDArray tokens = model.imageTokens(manager, tower.output(), layouts);
          x = model.join(manager, x, tokens, longs(batch.imagePositions()));
        }
        LayerStack decoder = language.decoder(language.layout(manager, batch.lengths()));
        LayerRun run = new LayerRun(manager, decoder, x, true, checkpointing);
        NDArray hidden = language.finalNorm(manager, run.output());
        double scale = 1.0 / batch.supervised();
        loss =
            scale
                * new LanguageHeadLoss(language, 1024)
                    .backward(
                        manager, hidden, longs(batch.positions()), longs(batch.labels()), scale);
        run.backward();
        if (tower != null) {
          tower.backward();
        }
      }
      model
          .weights()
          .forEach(
              (name, array) -> {
                try (NDArray gradient = Autograd.gradient(array)) {
                  found.put(
                      "grad." + name,
                      gradient == null
                          ? new double[Math.toIntExact(array.getShape().size())]
                          : Tensors.toDoubles(gradient));
                }
              });
    }

    /** Against the reference; a gradient that it lacks must be zero. */
    double error(String name) {
      double[] own = found.get(name);
      return Reference.error(
          own, reference.has(name) ? reference.values(name) : new double[own.length]);
    }

    private NDArray pixels() {
      long side = model.config().vision().imageSize();
      List<float[]> tiles = new ArrayList<>();
      inputs.images().forEach(image -> tiles.addAll(image.pixels()));
      return Tensors.cast(Tensors.stack(manager, tiles, 3, side, side), model.vision().dtype());
    }

    private NDArray longs(long[] values) {
      return Tensors.of(manager, values, values.length);
    }

    private double[] padded(NDArray packed) {
      double[] values = Tensors.toDoubles(packed);
      int width = Math.toIntExact(packed.getShape().get(1));
      int longest = 0;
      for (long length : batch.lengths()) {
        longest = Math.max(longest, (int) length);
      }
      double[] all = new double[batch.lengths().length * longest * width];
      int from = 0;
      for (int row = 0; row < batch.lengths().length; row++) {
        int count = (int) batch.lengths()[row] * width;
        System.arraycopy(values, from, all, row * longest * width, count);
        from += count;
      }
      return all;
    }

    @Override
    public void close() {
      reference.close();
      manager.close();
    }
  }

  private static final String BASE = "vlm-base-rsa";
  private static final String BASE_MIXED = "vlm-base-mixed-tied";
  private static final String WIDE = "vlm-anyres-wide";
  private static final String REDUCED = "vlm-anyres-reduced-tied";
  private static final String TWO = "vlm-two-images";
  private static final String TEXT = "vlm-text-only";
  private static final String ODD = "vlm-odd";
  private static final String LONG = "vlm-long";

  @ParameterizedTest
  @ValueSource(strings = {BASE, BASE_MIXED, WIDE, REDUCED, TWO, TEXT, ODD, LONG})
  void sequencesAreAsLongAsTransformers(String name) {
    try (Run run = new Run(name, TorchDtype.FLOAT32)) {
      List<Long> lengths = new ArrayList<>();
      run.reference.json.get("lengths").forEach(node -> lengths.add(node.asLong()));
      assertThat(run.batch.lengths()).containsExactly(lengths.stream().mapToLong(v -> v).toArray());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {BASE, BASE_MIXED, WIDE, REDUCED, TWO, TEXT, ODD, LONG})
  void statesLogitsLossAndGradientsEqualTransformers(String name) {
    same(name, TorchDtype.FLOAT64, 1e-9, 1e-9);
    same(name, TorchDtype.FLOAT32, 1e-5, 1e-4);
  }

  private static void same(String name, TorchDtype dtype, double bound, double gradientBound) {
    for (boolean checkpointing : new boolean[] {false, true}) {
      try (Run run = new Run(name, dtype)) {
        run.outputs();
        run.gradients(checkpointing);
        double loss = run.reference.json.get("losses").get("lm").asDouble();
        assertThat(run.loss).isCloseTo(loss, within(bound * loss));
        assertThat(run.found).containsKey("grad.image_newline");
        for (String key : run.found.keySet()) {
          if (run.reference.zeroInTheory(key)) {
            assertThat(Arrays.stream(run.found.get(key)).map(Math::abs).max().orElseThrow())
                .as(key)
                .isLessThan(gradientBound);
          } else {
            assertThat(run.error(key))
                .as("relative error of " + key)
                .isLessThan(key.startsWith("grad.") ? gradientBound : bound);
          }
        }
      }
    }
  }

  /**
   * Most fixtures have a handful of supervised tokens, whose rounding all their gradients share:
   * ratios scatter together, so single gradients are judged by the mean over all fixtures. One has
   * hundreds, and its whole gradient, all parameters as one vector, is judged by itself.
   */
  @Test
  void inBfloat16ErrorsAreThoseOfTransformersOwn() {
    double logarithms = 0;
    int gradients = 0;
    for (String name : List.of(BASE, BASE_MIXED, WIDE, REDUCED, TWO, TEXT, ODD, LONG)) {
      try (Run run = new Run(name, TorchDtype.BFLOAT16)) {
        JsonNode errors = run.reference.json.get("errors").get("bfloat16");
        run.outputs();
        run.gradients(false);
        double whole = 0;
        double wholeOfTransformers = 0;
        for (String key : run.found.keySet()) {
          if (run.reference.zeroInTheory(key) || !run.reference.has(key)) {
            continue;
          }
          double theirs = errors.get(key).get("norm").asDouble();
          double ratio = run.error(key) / theirs;
          if (key.startsWith("grad.")) {
            double size = Arrays.stream(run.reference.values(key)).map(v -> v * v).sum();
            whole += run.error(key) * run.error(key) * size;
            wholeOfTransformers += theirs * theirs * size;
            logarithms += Math.log(ratio);
            gradients++;
            assertThat(ratio).as(name + " " + key).isLessThan(5);
          } else {
            assertThat(ratio).as(name + " " + key).isLessThan(1.2);
          }
        }
        if (name.equals(LONG)) {
          assertThat(Math.sqrt(whole / wholeOfTransformers)).isLessThan(1.2);
        }
      }
    }
    assertThat(gradients).isGreaterThan(400);
    assertThat(Math.exp(logarithms / gradients)).isLessThan(1.2);
  }
}
