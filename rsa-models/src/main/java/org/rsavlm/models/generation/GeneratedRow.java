package org.rsavlm.models.generation;

import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;

/** The tokens of one row so far. */
final class GeneratedRow {

  private final GenerationOptions options;
  private final int limit;
  private final @Nullable TokenListener listener;
  private final LongStream.Builder ids = LongStream.builder();
  private final DoubleStream.Builder logProbabilities = DoubleStream.builder();
  private FinishReason finish = FinishReason.LENGTH;
  private long last;
  private int count;

  /**
   * Starts empty.
   *
   * @param room how many tokens the model's longest sequence leaves
   */
  GeneratedRow(GenerationOptions options, int room, @Nullable TokenListener listener) {
    this.options = options;
    this.limit = Math.min(options.maxNewTokens(), room);
    this.listener = listener;
  }

  /** Takes the next token and tells whether the row goes on. */
  boolean accept(long id, double logProbability) {
    if (Double.isNaN(logProbability)) {
      throw new UserException(
          "model",
          "its scores for token " + count + " are not finite",
          "the weights are damaged or training diverged: use an earlier checkpoint");
    }
    ids.add(id);
    logProbabilities.add(logProbability);
    last = id;
    count++;
    if (options.stopIds().contains(id)) {
      finish = FinishReason.STOP;
      return false;
    }
    if (listener != null && !listener.accept(id, logProbability)) {
      finish = FinishReason.CANCELLED;
      return false;
    }
    return count < limit;
  }

  /** Returns the newest token. */
  long last() {
    return last;
  }

  Generation result() {
    return new Generation(ids.build().toArray(), logProbabilities.build().toArray(), finish);
  }
}
