package org.rsavlm.models.nn;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rsavlm.core.torch.Autograd;
import org.rsavlm.core.torch.GradMode;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.models.Reference;
import org.rsavlm.models.hub.JsonConfig;
import org.rsavlm.models.qwen2.Qwen2Config;
import org.rsavlm.models.qwen2.Qwen2Model;

class AttentionGridsTest {

  /** In three grids: 1 x 70, 2 x 30, 6 x 12. */
  private static final long[] MIXED = {12, 70, 6, 30, 9, 7, 12, 18, 6};

  private static Qwen2Model model(NDManager manager, int window) {
    ObjectNode shape = new ObjectMapper().createObjectNode();
    shape.put("vocab_size", 50).put("hidden_size", 24).put("intermediate_size", 40);
    shape.put("num_hidden_layers", 2).put("num_attention_heads", 4).put("num_key_value_heads", 2);
    if (window > 0) {
      shape.put("use_sliding_window", true).put("sliding_window", window);
      shape.put("max_window_layers", 1);
    }
    Qwen2Model model = new Qwen2Model(Qwen2Config.from(JsonConfig.of("shape", shape)));
    model.allocate(manager, TorchDtype.FLOAT64);
    model.randomize(1);
    return model;
  }

  private record Pass(double[] output, Map<String, double[]> gradients) {}

  /** Output and weight gradients of the samples, packed in runs of so many samples. */
  private static Pass pass(Qwen2Model model, NDManager manager, long[] ids, int together) {
    model.weights().values().forEach(w -> w.setRequiresGradient(true));
    double[] output = {};
    int start = 0;
    for (int from = 0; from < MIXED.length; from += together) {
      long[] lengths = Arrays.copyOfRange(MIXED, from, Math.min(MIXED.length, from + together));
      int end = start + (int) Arrays.stream(lengths).sum();
      long[] own = Arrays.copyOfRange(ids, start, end);
      NDArray x = model.embed(manager, Tensors.of(manager, own, own.length));
      DeferredBackward run =
          new DeferredBackward(
              manager, model.decoder(model.layout(manager, lengths)), x, true, false);
      NDArray out = run.output();
      Autograd.backward(out, out); // of half the square: weighs every element differently
      run.backward();
      double[] part = Tensors.toDoubles(out);
      output = Arrays.copyOf(output, output.length + part.length);
      System.arraycopy(part, 0, output, output.length - part.length, part.length);
      start = end;
    }
    Map<String, double[]> gradients = new LinkedHashMap<>();
    model
        .weights()
        .forEach(
            (name, weight) -> {
              NDArray gradient = Autograd.gradient(weight);
              if (gradient != null) {
                gradients.put(name, Tensors.toDoubles(gradient));
              }
            });
    return new Pass(output, gradients);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 8})
  void samplesOfVeryDifferentLengthsGiveWhatEachGivesAlone(int window) {
    try (NDManager manager = NDManager.newBaseManager();
        GradMode on = GradMode.enabled()) {
      long[] ids = new Random(3).longs(Arrays.stream(MIXED).sum(), 0, 50).toArray();
      Pass packed = pass(model(manager, window), manager, ids, MIXED.length);
      Pass alone = pass(model(manager, window), manager, ids, 1);
      assertThat(Reference.error(packed.output(), alone.output())).isLessThan(1e-13);
      assertThat(packed.gradients().keySet()).hasSizeGreaterThan(20);
      packed
          .gradients()
          .forEach(
              (name, gradient) ->
                  assertThat(Reference.error(gradient, alone.gradients().get(name)))
                      .as(name)
                      .isLessThan(1e-12));
    }
  }

  @Test
  void aLongSampleTakesItsOwnRoomOnly() {
    try (NDManager manager = NDManager.newBaseManager()) {
      AttentionGrids grids = AttentionGrids.grouped(manager, MIXED);
      assertThat(grids.samples()).containsExactly(1, 2, 6);
      assertThat(grids.lengths()).containsExactly(70, 30, 12);
      long[] packed = new long[200];
      Arrays.fill(packed, 50);
      packed[77] = 7000;
      grids = AttentionGrids.grouped(manager, packed);
      assertThat(grids.slotCount()).isEqualTo(7000 + 199 * 50);
      assertThat(AttentionGrids.whole(manager, packed).slotCount()).isEqualTo(200 * 7000);
    }
  }

  @Test
  void likeLengthsShareOneGrid() {
    try (NDManager manager = NDManager.newBaseManager()) {
      assertThat(AttentionGrids.grouped(manager, new long[] {40, 47, 30, 22}).samples())
          .containsExactly(4);
      assertThat(AttentionGrids.grouped(manager, new long[] {5}).lengths()).containsExactly(5);
    }
  }
}
