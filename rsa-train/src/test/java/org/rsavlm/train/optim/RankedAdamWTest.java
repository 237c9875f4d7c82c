package org.rsavlm.train.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rsavlm.core.torch.Autograd;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.train.distributed.Communicator;
import org.rsavlm.train.optim.RankedAdamW.Sharing;

/** Of one rank: buckets that cut parameters anywhere change nothing. RankedStepTest has several. */
class RankedAdamWTest {

  private static final AdamW.Settings SETTINGS = new AdamW.Settings(0.8, 0.95, 1e-6, 0.1);
  private static final Map<String, long[]> SHAPES = new LinkedHashMap<>();

  static {
    SHAPES.put("w", new long[] {5, 3});
    SHAPES.put("late", new long[] {2, 4});
    SHAPES.put("b", new long[] {9});
    SHAPES.put("never", new long[] {4});
  }

  private static List<ParameterGroup> groups(NDManager manager, TorchDtype dtype) {
    Random random = new Random(7);
    Map<String, NDArray> parameters = new LinkedHashMap<>();
    SHAPES.forEach(
        (name, shape) -> {
          NDArray parameter = Tensors.empty(manager, dtype, shape);
          try (NDArray values = random(manager, random, shape)) {
            Tensors.copyInto(values, parameter);
          }
          parameter.setRequiresGradient(true);
          parameters.put(name, parameter);
        });
    Map<String, NDArray> second = Map.of("b", parameters.get("b"));
    parameters.remove("b");
    return List.of(
        new ParameterGroup("one", 0.03, parameters), new ParameterGroup("two", 0.01, second));
  }

  private static NDArray random(NDManager manager, Random random, long... shape) {
    int size = 1;
    for (long side : shape) {
      size *= (int) side;
    }
    double[] values = random.doubles(size).map(u -> random.nextGaussian()).toArray();
    return Tensors.of(manager, values, shape);
  }

  /** Steps of which the parameter "late" sees nothing at first. */
  private static double[] steps(
      Optimizer optimizer, List<ParameterGroup> groups, int from, int to, double maxNorm) {
    double[] norms = new double[to - from];
    for (int step = from; step < to; step++) {
      Random random = new Random(100 + step);
      for (ParameterGroup group : groups) {
        for (Map.Entry<String, NDArray> entry : group.parameters().entrySet()) {
          String name = entry.getKey();
          NDArray parameter = entry.getValue();
          NDManager manager = parameter.getManager();
          try (NDArray wide = random(manager, random, parameter.getShape().getShape());
              NDArray own = Tensors.cast(wide, TorchDtype.of(parameter))) {
            if (!name.equals("never") && (!name.equals("late") || step > 2)) {
              Autograd.backward(parameter, own);
            }
          }
        }
      }
      norms[step - from] = optimizer.step(1 - step / 40.0, maxNorm);
    }
    return norms;
  }

  private static Map<String, double[]> values(List<ParameterGroup> groups) {
    Map<String, double[]> values = new LinkedHashMap<>();
    groups.forEach(
        group -> group.parameters().forEach((n, p) -> values.put(n, Tensors.toDoubles(p))));
    return values;
  }

  @ParameterizedTest
  @CsvSource({
    "FLOAT64,SHARDED,4,1e-13",
    "FLOAT64,REPLICATED,7,1e-13",
    "FLOAT32,SHARDED,1000,1e-6",
    "FLOAT32,SHARDED,5,1e-6",
    "BFLOAT16,SHARDED,6,0"
  })
  void equalsAdamWWhereverBucketsCut(
      TorchDtype dtype, Sharing sharing, long elements, double bound) {
    try (NDManager manager = NDManager.newBaseManager()) {
      List<ParameterGroup> plain = groups(manager, dtype);
      List<ParameterGroup> ranked = groups(manager, dtype);
      try (AdamW one = new AdamW(manager, plain, SETTINGS);
          RankedAdamW other =
              new RankedAdamW(
                  manager, ranked, SETTINGS, Communicator.single(), sharing, elements)) {
        double[] norms = steps(one, plain, 0, 8, 2);
        double[] others = steps(other, ranked, 0, 8, 2);
        for (int i = 0; i < norms.length; i++) {
          assertThat(others[i]).isCloseTo(norms[i], within(1e-6 * norms[i]));
        }
      }
      Map<String, double[]> expected = values(plain);
      values(ranked)
          .forEach(
              (name, actual) -> {
                for (int i = 0; i < actual.length; i++) {
                  assertThat(actual[i])
                      .as(name)
                      .isCloseTo(
                          expected.get(name)[i],
                          within(Math.max(bound, dtype == TorchDtype.BFLOAT16 ? 0.01 : 0)));
                }
              });
    }
  }

  /** What one kind of optimiser keeps, the other goes on from, whatever the buckets were. */
  @Test
  void stateGoesOverBetweenBothAndBetweenBuckets() {
    try (NDManager manager = NDManager.newBaseManager()) {
      List<ParameterGroup> whole = groups(manager, TorchDtype.FLOAT64);
      try (AdamW undisturbed = new AdamW(manager, whole, SETTINGS)) {
        steps(undisturbed, whole, 0, 9, 2);
      }
      List<ParameterGroup> parts = groups(manager, TorchDtype.FLOAT64);
      try (AdamW first = new AdamW(manager, parts, SETTINGS);
          RankedAdamW second = ranked(manager, parts, 4);
          RankedAdamW third = ranked(manager, parts, 7);
          AdamW fourth = new AdamW(manager, parts, SETTINGS)) {
        steps(first, parts, 0, 4, 2);
        second.restore(new InMemory(first.state()));
        steps(second, parts, 4, 6, 2);
        third.restore(new InMemory(second.state()));
        steps(third, parts, 6, 8, 2);
        fourth.restore(new InMemory(third.state()));
        steps(fourth, parts, 8, 9, 2);
      }
      Map<String, double[]> expected = values(whole);
      values(parts)
          .forEach(
              (name, actual) -> {
                for (int i = 0; i < actual.length; i++) {
                  assertThat(actual[i]).as(name).isCloseTo(expected.get(name)[i], within(1e-13));
                }
              });
    }
  }

  private static RankedAdamW ranked(NDManager manager, List<ParameterGroup> groups, long elements) {
    return new RankedAdamW(
        manager, groups, SETTINGS, Communicator.single(), Sharing.SHARDED, elements);
  }

  @Test
  void aNonFiniteGradientChangesNothing() {
    try (NDManager manager = NDManager.newBaseManager()) {
      List<ParameterGroup> groups = groups(manager, TorchDtype.FLOAT32);
      try (RankedAdamW optimizer = ranked(manager, groups, 5)) {
        Map<String, double[]> before = values(groups);
        NDArray w = groups.get(0).parameters().get("w");
        try (NDArray bad =
            Tensors.of(
                manager, new float[] {0, 0, Float.NaN, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 5, 3)) {
          Autograd.backward(w, bad);
        }
        assertThat(optimizer.step(1, 1)).isNaN();
        assertThat(optimizer.state()).isEmpty();
        values(groups).forEach((name, now) -> assertThat(now).isEqualTo(before.get(name)));
        assertThat(optimizer.step(1, 1)).isZero(); // the bad gradient is gone
      }
    }
  }

  @Test
  void stateOfOtherParametersIsRefused() {
    try (NDManager manager = NDManager.newBaseManager();
        RankedAdamW optimizer = ranked(manager, groups(manager, TorchDtype.FLOAT32), 5)) {
      StoredState foreign =
          new InMemory(Map.of("other.step", Tensors.of(manager, new float[] {1})));
      assertThatThrownBy(() -> optimizer.restore(foreign))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("does not train other");
    }
  }

  /** Parts of arrays, as {@code OptimizerFiles} joins those of several files. */
  private record InMemory(Map<String, NDArray> arrays) implements StoredState {

    @Override
    public Set<String> names() {
      Set<String> names = new LinkedHashSet<>();
      arrays.keySet().forEach(name -> names.add(StateArray.parse(name).whole()));
      return names;
    }

    @Override
    public void read(String name, long from, NDArray target) {
      double[] filled = new double[Math.toIntExact(target.getShape().size())];
      arrays.forEach(
          (stored, array) -> {
            StateArray part = StateArray.parse(stored);
            if (part.whole().equals(name)) {
              double[] values = Tensors.toDoubles(array);
              for (int i = 0; i < values.length; i++) {
                long at = part.from() + i - from;
                if (at >= 0 && at < filled.length) {
                  filled[(int) at] = values[i];
                }
              }
            }
          });
      try (NDArray source = Tensors.of(target.getManager(), filled, target.getShape().getShape())) {
        Tensors.copyInto(source, target);
      }
    }
  }
}
