package org.rsavlm.train.cli;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.rsavlm.eval.probe.DrawnPairs;
import org.rsavlm.eval.probe.PairGatherer;
import org.rsavlm.eval.probe.PairSource;
import org.rsavlm.models.llava.LoadedVlm;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads a checkpoint and takes drawn pairs through it; the model is gone afterwards. */
final class CheckpointFeatures {

  private static final Logger LOG = LoggerFactory.getLogger(CheckpointFeatures.class);
  private static final long PROGRESS_NANOS = Duration.ofSeconds(10).toNanos();

  private CheckpointFeatures() {}

  /**
   * Returns the features of every layer for the drawn pairs; says now and then how many are read.
   *
   * @param directory of the model
   */
  static DrawnPairs gather(
      Path directory, DtypeOption dtype, PairSource source, PairGatherer.Options draws) {
    try (NDManager manager = NDManager.newBaseManager();
        LoadedVlm vlm = LoadedVlm.open(manager, directory, dtype.dtype(manager));
        StopSignal stop = StopSignal.listen()) {
      AtomicLong last = new AtomicLong(System.nanoTime());
      return new PairGatherer(
              manager,
              vlm.model(),
              vlm.tokenizer(),
              vlm.tiler().processor(),
              draws,
              read -> {
                stop.throwIfRequested("nothing was measured");
                if (System.nanoTime() - last.get() >= PROGRESS_NANOS) {
                  last.set(System.nanoTime());
                  LOG.info("{} pairs read", read);
                }
              })
          .gather(source);
    }
  }

  /**
   * Returns a model's name for readers: the last part of its path, and the run's before it where
   * that says nothing, as in {@code run/model}.
   */
  static String name(Path model) {
    Path whole = model.toAbsolutePath().normalize();
    int parts = whole.getNameCount();
    boolean plain = parts > 1 && whole.endsWith("model");
    return parts == 0 ? model.toString() : whole.subpath(parts - (plain ? 2 : 1), parts).toString();
  }
}
