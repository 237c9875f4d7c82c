package org.rsavlm.models.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.rsavlm.core.torch.GradMode;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchScript;

/**
 * The keys and values of a batch of sequences that grow by a token at a time, so that a new token
 * costs one token's work and not the whole sequence's.
 *
 * <p>{@link #fill} runs the prompts, of any lengths, in one pass; then each {@link #append} runs
 * one token a row. The arrays start with room for 256 tokens more (or all that are expected, if
 * fewer) and grow in steps of that size. Nothing is recorded for backward. Not for several threads.
 */
public final class KeyValueCache implements AutoCloseable {

  private static final int CHUNK = 256;

  private final RotaryDecoder model;
  private final NDManager manager;
  private final int expected;
  private final TorchScript script;
  private final List<NDArray> weights = new ArrayList<>();
  private final NDArray frequencies;
  private final List<NDArray> keys = new ArrayList<>();
  private final List<NDArray> values = new ArrayList<>();
  private long[] lengths = {};
  private int width;
  private int used;
  private int capacity;

  /**
   * Makes an empty cache.
   *
   * @param parent a manager below which the cache has its own, closed with it
   * @param model the language model
   * @param expected how many tokens will be appended at most
   */
  public KeyValueCache(NDManager parent, RotaryDecoder model, int expected) {
    this.model = model;
    this.manager = parent.newSubManager();
    this.expected = expected;
    script = model.script();
    model.layerWeights().forEach(weights::addAll);
    double[] turns = model.config().rotary().frequencies();
    frequencies = Tensors.of(manager, turns, turns.length);
  }

  /**
   * Runs the prompts.
   *
   * @param owner owns the result
   * @param embeddings [T, d], the prompts one after the other
   * @param layout theirs
   * @return the last hidden state, after the final norm, at each prompt's last token: [B, d]
   * @throws IllegalStateException if the cache was filled before
   */
  public NDArray fill(NDManager owner, NDArray embeddings, TokenLayout layout) {
    if (!keys.isEmpty()) {
      throw new IllegalStateException("the cache is filled already");
    }
    DecoderConfig config = model.config();
    lengths = layout.lengths();
    width = layout.longest();
    used = width;
    capacity = width + Math.min(CHUNK, expected);
    try (GradMode off = GradMode.disabled();
        NDManager scratch = manager.newSubManager()) {
      NDArray x = embeddings;
      List<List<NDArray>> layers = model.layerWeights();
      AttentionGrids grid = AttentionGrids.whole(scratch, lengths);
      for (int layer = 0; layer < layers.size(); layer++) {
        NDList out =
            script.call(
                scratch,
                "fill_layer",
                x,
                layers.get(layer),
                layout.cos(),
                layout.sin(),
                grid.sources().get(0),
                grid.slots(),
                layout.samples(),
                width,
                config.heads(),
                config.keyValueHeads(),
                config.window(layer),
                config.rmsNormEps(),
                capacity);
        if (x != embeddings) {
          x.close();
        }
        x = out.get(0);
        keep(keys, out.get(1));
        keep(values, out.get(2));
      }
      long[] last = lengths.clone();
      Arrays.parallelPrefix(last, Long::sum);
      NDArray ends = Tensors.of(scratch, Arrays.stream(last).map(n -> n - 1).toArray(), rows());
      NDArray atEnds = script.call(scratch, "rows", x, ends).singletonOrThrow();
      return model.finalNorm(owner, atEnds);
    }
  }

  private void keep(List<NDArray> list, NDArray array) {
    array.attach(manager);
    list.add(array);
  }

  /**
   * Appends a token to every row.
   *
   * @param owner owns the result
   * @param ids int64 [B]
   * @return the last hidden state, after the final norm, at these tokens: [B, d]
   */
  public NDArray append(NDManager owner, NDArray ids) {
    if (keys.isEmpty()) {
      throw new IllegalStateException("fill the cache first");
    }
    DecoderConfig config = model.config();
    try (GradMode off = GradMode.disabled();
        NDArray prompts = Tensors.of(manager, lengths, rows())) {
      if (used == capacity) {
        capacity += CHUNK;
        replaceEach(array -> script.call(manager, "grow", array, used, capacity));
      }
      NDArray hidden =
          script
              .call(
                  owner,
                  "append",
                  ids,
                  prompts,
                  width,
                  used,
                  Arrays.stream(lengths).anyMatch(n -> n != width),
                  model.embedding(),
                  weights,
                  model.finalNormWeight(),
                  keys,
                  values,
                  config.heads(),
                  config.keyValueHeads(),
                  IntStream.range(0, config.layers()).mapToLong(config::window).toArray(),
                  frequencies,
                  config.rotary().scaling().attentionFactor(),
                  config.rmsNormEps())
              .singletonOrThrow();
      used++;
      return hidden;
    }
  }

  /**
   * Drops all other rows, so that sequences that ended cost nothing more.
   *
   * @param rows the rows to keep, in their new order
   */
  public void keepRows(int[] rows) {
    long[] wanted = Arrays.stream(rows).asLongStream().toArray();
    try (GradMode off = GradMode.disabled();
        NDArray index = Tensors.of(manager, wanted, wanted.length)) {
      replaceEach(array -> script.call(manager, "rows", array, index));
    }
    lengths = Arrays.stream(rows).mapToLong(row -> lengths[row]).toArray();
  }

  private void replaceEach(java.util.function.Function<NDArray, NDList> make) {
    for (List<NDArray> list : List.of(keys, values)) {
      list.replaceAll(
          old -> {
            NDArray replacement = make.apply(old).singletonOrThrow();
            old.close(); // one array at a time: never two caches in memory
            return replacement;
          });
    }
  }

  /** Returns the number of rows, B. */
  public int rows() {
    return lengths.length;
  }

  /** Frees the memory. */
  @Override
  public void close() {
    manager.close();
  }
}
