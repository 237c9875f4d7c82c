package org.rsavlm.train.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rsavlm.core.torch.Autograd;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchDtype;

class AdamWTest {

  private static final AdamW.Settings SETTINGS = new AdamW.Settings(0.8, 0.95, 1e-6, 0.1);

  /** The algorithm as Loshchilov and Hutter write it, over one flat parameter. */
  private static final class Plain {
    final double[] value;
    final double[] first;
    final double[] second;
    int step;

    Plain(double[] value) {
      this.value = value.clone();
      first = new double[value.length];
      second = new double[value.length];
    }

    void update(double[] gradient, double clip, double rate, double decay) {
      step++;
      for (int i = 0; i < value.length; i++) {
        double g = gradient[i] * clip;
        first[i] = 0.8 * first[i] + 0.2 * g;
        second[i] = 0.95 * second[i] + 0.05 * g * g;
        double m = first[i] / (1 - Math.pow(0.8, step));
        double v = second[i] / (1 - Math.pow(0.95, step));
        value[i] -= rate * decay * value[i];
        value[i] -= rate * m / (Math.sqrt(v) + 1e-6);
      }
    }
  }

  private static NDArray parameter(
      NDManager manager, TorchDtype dtype, double[] values, long... s) {
    NDArray array = Tensors.empty(manager, dtype, s);
    try (NDArray source = Tensors.of(manager, values, s)) {
      Tensors.copyInto(source, array);
    }
    array.setRequiresGradient(true);
    return array;
  }

  private static void addGradient(NDArray parameter, double[] values) {
    NDManager manager = parameter.getManager();
    try (NDArray wide = Tensors.of(manager, values, parameter.getShape().getShape());
        NDArray own = Tensors.cast(wide, TorchDtype.of(parameter))) {
      Autograd.backward(parameter, own);
    }
  }

  private static double[] gaussian(Random random, int n) {
    return random.doubles(n).map(u -> random.nextGaussian()).toArray();
  }

  @ParameterizedTest
  @CsvSource({"FLOAT64,1e-12", "FLOAT32,2e-6"})
  void equalsThePlainAlgorithmOverClippedSteps(TorchDtype dtype, double bound) {
    Random random = new Random(4);
    try (NDManager manager = NDManager.newBaseManager()) {
      Plain matrix = new Plain(gaussian(random, 12));
      Plain bias = new Plain(gaussian(random, 5));
      NDArray w = parameter(manager, dtype, matrix.value, 3, 4);
      NDArray b = parameter(manager, dtype, bias.value, 5);
      try (AdamW optimizer =
          new AdamW(
              manager,
              List.of(
                  new ParameterGroup("one", 0.03, Map.of("w", w)),
                  new ParameterGroup("two", 0.01, Map.of("b", b))),
              SETTINGS)) {
        for (int step = 0; step < 20; step++) {
          double[] gw = gaussian(random, 12);
          double[] gb = gaussian(random, 5);
          addGradient(w, gw);
          addGradient(b, gb);
          double norm =
              Math.sqrt(
                  Arrays.stream(gw).map(g -> g * g).sum()
                      + Arrays.stream(gb).map(g -> g * g).sum());
          double factor = 1 - step / 40.0;
          double clip = Math.min(1, 3 / (norm + 1e-6));
          assertThat(optimizer.step(factor, 3)).isCloseTo(norm, within(1e-6 * norm));
          matrix.update(gw, clip, 0.03 * factor, 0.1);
          bias.update(gb, clip, 0.01 * factor, 0); // biases do not decay
        }
        assertThat(distance(w, matrix.value)).isLessThan(bound);
        assertThat(distance(b, bias.value)).isLessThan(bound);
      }
    }
  }

  private static double distance(NDArray array, double[] expected) {
    double[] actual = Tensors.toDoubles(array);
    double worst = 0;
    for (int i = 0; i < actual.length; i++) {
      worst = Math.max(worst, Math.abs(actual[i] - expected[i]));
    }
    return worst;
  }

  @Test
  void aNonFiniteGradientChangesNothing() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray w = parameter(manager, TorchDtype.FLOAT32, new double[] {1, 2}, 2);
      try (AdamW optimizer =
          new AdamW(
              manager,
              List.of(new ParameterGroup("one", 1, Map.of("w", w))),
              AdamW.Settings.DEFAULT)) {
        addGradient(w, new double[] {Double.NaN, 1});
        assertThat(optimizer.step(1, 1)).isNaN();
        assertThat(Tensors.toDoubles(w)).containsExactly(1, 2);
        assertThat(optimizer.state()).isEmpty();
        addGradient(w, new double[] {1, 1});
        assertThat(optimizer.step(1, 0)).isCloseTo(Math.sqrt(2), within(1e-6));
        assertThat(Tensors.toDoubles(w)[0]).isCloseTo(0, within(1e-6));
      }
    }
  }

  /** Of two processes one may have trained an earlier stage: both must take the same steps. */
  @Test
  void aGradientLeftAtZeroByEarlierTrainingIsNone() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray w = parameter(manager, TorchDtype.FLOAT32, new double[] {1, 2}, 1, 2);
      addGradient(w, new double[] {0, 0});
      try (AdamW optimizer =
          new AdamW(manager, List.of(new ParameterGroup("one", 1, Map.of("w", w))), SETTINGS)) {
        optimizer.step(1, 0);
        assertThat(optimizer.state()).isEmpty();
        assertThat(Tensors.toDoubles(w)).containsExactly(1, 2);
        addGradient(w, new double[] {0, 1});
        optimizer.step(1, 0);
        assertThat(Tensors.item(optimizer.state().get("w.step"))).isEqualTo(1);
        optimizer.step(1, 0); // once it takes part, zeros count
        assertThat(Tensors.item(optimizer.state().get("w.step"))).isEqualTo(2);
      }
    }
  }

  @Test
  void smallUpdatesOfBfloat16ParametersAddUpInTheMasterCopy() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray w = parameter(manager, TorchDtype.BFLOAT16, new double[] {1}, 1);
      try (AdamW optimizer =
          new AdamW(
              manager,
              List.of(new ParameterGroup("one", 1e-4, Map.of("w", w))),
              AdamW.Settings.DEFAULT)) {
        for (int step = 0; step < 100; step++) {
          addGradient(w, new double[] {1});
          optimizer.step(1, 0);
        }
      }
      // 100 steps of 1e-4, each below half of bfloat16's spacing at 1.
      assertThat(Tensors.toDoubles(w)[0]).isCloseTo(0.99, within(0.004));
    }
  }

  /** Else each resume would throw away what bfloat16 can't hold. */
  @Test
  void theMasterCopyIsPartOfTheState() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray w = parameter(manager, TorchDtype.BFLOAT16, new double[] {1}, 1);
      List<ParameterGroup> groups = List.of(new ParameterGroup("one", 1e-4, Map.of("w", w)));
      try (AdamW first = new AdamW(manager, groups, AdamW.Settings.DEFAULT);
          AdamW second = new AdamW(manager, groups, AdamW.Settings.DEFAULT)) {
        addGradient(w, new double[] {1});
        first.step(1, 0);
        assertThat(first.state()).containsKey("w.master");
        second
            .stateToRestore(first.state().keySet())
            .forEach((name, array) -> Tensors.copyInto(first.state().get(name), array));
        assertThat(Tensors.toDoubles(w)).containsExactly(1); // a step too small to be seen
        addGradient(w, new double[] {1});
        second.step(1, 0);
        assertThat(Tensors.item(second.state().get("w.master"))).isCloseTo(1 - 2e-4, within(1e-6));
      }
    }
  }

  @Test
  void restoredStateGoesOnBitByBit() {
    Random random = new Random(9);
    try (NDManager manager = NDManager.newBaseManager()) {
      double[] start = gaussian(random, 6);
      NDArray w = parameter(manager, TorchDtype.FLOAT32, start, 2, 3);
      NDArray unused = parameter(manager, TorchDtype.FLOAT32, new double[] {5}, 1);
      Map<String, NDArray> parameters = new LinkedHashMap<>();
      parameters.put("w", w);
      parameters.put("unused", unused);
      List<ParameterGroup> groups = List.of(new ParameterGroup("one", 0.1, parameters));
      double[][] gradients = {gaussian(random, 6), gaussian(random, 6)};
      try (AdamW first = new AdamW(manager, groups, SETTINGS);
          AdamW second = new AdamW(manager, groups, SETTINGS)) {
        addGradient(w, gradients[0]);
        first.step(1, 1);
        assertThat(first.state().keySet()).containsExactly("w.exp_avg", "w.exp_avg_sq", "w.step");
        second
            .stateToRestore(first.state().keySet())
            .forEach((name, array) -> Tensors.copyInto(first.state().get(name), array));
        double[] middle = Tensors.toDoubles(w);
        addGradient(w, gradients[1]);
        first.step(1, 1);
        double[] uninterrupted = Tensors.toDoubles(w);
        try (NDArray source = Tensors.of(manager, middle, 2, 3)) {
          Tensors.copyInto(source, w);
        }
        addGradient(w, gradients[1]);
        second.step(1, 1);
        assertThat(Tensors.toDoubles(w)).containsExactly(uninterrupted);
      }
    }
  }
}
