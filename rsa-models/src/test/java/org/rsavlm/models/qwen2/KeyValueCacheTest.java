package org.rsavlm.models.qwen2;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rsavlm.core.torch.GradMode;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.models.Reference;
import org.rsavlm.models.nn.KeyValueCache;

class KeyValueCacheTest {

  private static final long[][] ROWS = {
    {5, 9, 2, 7, 7, 1, 30, 4, 8, 11, 3}, {8, 1, 6, 6, 12, 2, 2, 9, 14}, {3, 3, 9, 21, 0, 40, 5, 13}
  };

  /** Prompts that leave the same number of tokens to append. */
  private static final int[] PROMPTS = {5, 3, 2};

  @ParameterizedTest
  @CsvSource({
    "qwen2-mha,FLOAT64,1e-12",
    "qwen2-gqa2-tied,FLOAT64,1e-12",
    "qwen2-gqa4,FLOAT64,1e-12",
    "qwen2-gqa7-tied-long,FLOAT64,1e-12",
    "qwen2-sliding,FLOAT64,1e-12",
    "qwen2-yarn,FLOAT64,1e-12",
    "qwen2-gqa4,FLOAT32,1e-5",
    "qwen2-gqa4,BFLOAT16,0.05"
  })
  void cachedLogitsEqualUncached(String name, TorchDtype dtype, double bound) {
    try (NDManager manager = NDManager.newBaseManager();
        Reference reference = new Reference(manager, name);
        GradMode off = GradMode.disabled()) {
      Qwen2Model model = new Qwen2Model(Qwen2Config.from(reference.config()));
      model.allocate(manager, dtype);
      reference.loadInto(model);
      try (KeyValueCache cache = new KeyValueCache(manager, model, 6)) {
        long[] lengths = Arrays.stream(PROMPTS).asLongStream().toArray();
        NDArray prompts = embed(manager, model, 3, row -> Arrays.copyOf(ROWS[row], PROMPTS[row]));
        NDArray hidden = cache.fill(manager, prompts, model.layout(manager, lengths));
        int[] rows = {0, 1, 2};
        for (int step = 0; step < 6; step++) {
          double[] cached = Tensors.toDoubles(model.logits(manager, hidden));
          double[] whole = uncached(manager, model, rows, step);
          assertThat(Reference.error(cached, whole)).as("step %d", step).isLessThan(bound);
          if (step == 3) { // a row ends, and the others change places
            cache.keepRows(new int[] {2, 0});
            rows = new int[] {2, 0};
          }
          int at = step;
          long[] next = Arrays.stream(rows).mapToLong(r -> ROWS[r][PROMPTS[r] + at]).toArray();
          hidden = cache.append(manager, Tensors.of(manager, next, next.length));
        }
      }
    }
  }

  /** The logits of each row's last token when all of it is run at once, alone. */
  private static double[] uncached(NDManager manager, Qwen2Model model, int[] rows, int appended) {
    return Arrays.stream(rows)
        .mapToObj(
            row -> {
              int length = PROMPTS[row] + appended;
              NDArray x = embed(manager, model, 1, i -> Arrays.copyOf(ROWS[row], length));
              NDList states =
                  model.hiddenStates(manager, x, model.layout(manager, new long[] {length}));
              NDArray logits = model.logits(manager, states.get(states.size() - 1));
              return Tensors.toDoubles(logits.get("{}:{}", length - 1, length));
            })
        .flatMapToDouble(Arrays::stream)
        .toArray();
  }

  private static NDArray embed(
      NDManager manager,
      Qwen2Model model,
      int count,
      java.util.function.IntFunction<long[]> tokens) {
    long[] ids =
        java.util.stream.IntStream.range(0, count)
            .mapToObj(tokens)
            .flatMapToLong(Arrays::stream)
            .toArray();
    return model.embed(manager, Tensors.of(manager, ids, ids.length));
  }
}
