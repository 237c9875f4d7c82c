package org.rsavlm.models.generation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchScript;

/** Chooses each row's next token; holds what that takes from one step to the next. */
final class TokenSampler implements AutoCloseable {

  private final GenerationOptions options;
  private final NDManager manager;
  private final TorchScript script = TorchScript.load(TokenSampler.class, "token_sampler.py");
  private List<SplittableRandom> streams = new ArrayList<>();
  private @Nullable NDArray seen;

  /**
   * Starts with the prompts.
   *
   * @param prompts each row's tokens
   * @param vocabulary V; other ids are passed over
   */
  TokenSampler(NDManager parent, GenerationOptions options, List<long[]> prompts, int vocabulary) {
    this.options = options;
    manager = parent.newSubManager();
    for (int row = 0; row < prompts.size(); row++) {
      // Mixed first: row 1 of seed 0 must not be row 0 of seed 1.
      streams.add(new SplittableRandom(new SplittableRandom(options.seed()).nextLong() + row));
    }
    if (options.repetitionPenalty() != 1) {
      LongStream.Builder rows = LongStream.builder();
      LongStream.Builder ids = LongStream.builder();
      for (int row = 0; row < prompts.size(); row++) {
        for (long id : prompts.get(row)) {
          if (id >= 0 && id < vocabulary) {
            rows.add(row);
            ids.add(id);
          }
        }
      }
      long[] at = rows.build().toArray();
      try (NDArray rowOf = Tensors.of(manager, at, at.length);
          NDArray idOf = Tensors.of(manager, ids.build().toArray(), at.length)) {
        seen =
            script
                .call(manager, "seen", rowOf, idOf, prompts.size(), vocabulary)
                .singletonOrThrow();
      }
    }
  }

  /** Each row's token, int64 [B], and its log-probability, float64 [B]. */
  record Chosen(NDArray ids, NDArray logProbabilities) {}

  /**
   * Chooses by the model's scores.
   *
   * @param owner owns the results
   * @param logits [B, V]
   */
  Chosen choose(NDManager owner, NDArray logits) {
    try (NDManager scratch = manager.newSubManager()) {
      NDArray raw = script.call(scratch, "widen", logits).singletonOrThrow();
      NDArray scores = scores(scratch, raw);
      NDArray ids =
          options.isGreedy()
              ? script.call(owner, "best", scores).singletonOrThrow()
              : script.call(owner, "draw", scores, uniforms(scratch)).singletonOrThrow();
      if (seen != null) {
        script.run("mark", seen, ids);
      }
      return new Chosen(ids, script.call(owner, "log_probability", raw, ids).singletonOrThrow());
    }
  }

  /** Returns the scores by which tokens are chosen, -inf for those ruled out. [B, V] to [B, V]. */
  NDArray scores(NDManager owner, NDArray raw) {
    NDArray scores = raw;
    if (seen != null) {
      scores =
          script
              .call(owner, "penalise", scores, seen, options.repetitionPenalty())
              .singletonOrThrow();
    }
    if (!options.isGreedy()) {
      scores =
          script
              .call(owner, "warp", scores, options.temperature(), options.topK(), options.topP())
              .singletonOrThrow();
    }
    return scores;
  }

  private NDArray uniforms(NDManager owner) {
    double[] draws = streams.stream().mapToDouble(SplittableRandom::nextDouble).toArray();
    return Tensors.of(owner, draws, draws.length);
  }

  /** Drops all other rows. */
  void keepRows(int[] rows) {
    List<SplittableRandom> kept = new ArrayList<>();
    for (int row : rows) {
      kept.add(streams.get(row));
    }
    streams = kept;
    if (seen != null) {
      long[] wanted = java.util.Arrays.stream(rows).asLongStream().toArray();
      try (NDArray old = seen;
          NDArray index = Tensors.of(manager, wanted, wanted.length)) {
        seen = script.call(manager, "rows", old, index).singletonOrThrow();
      }
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
