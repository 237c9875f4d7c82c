package org.rsavlm.train.cli;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.rsavlm.core.UserException;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.eval.probe.DrawnPairs;
import org.rsavlm.eval.probe.PairGatherer;
import org.rsavlm.eval.probe.PairSource;
import org.rsavlm.models.hub.HfDirectory;
import org.rsavlm.models.image.ImageProcessor;
import org.rsavlm.models.llava.VisionLanguageModel;
import org.rsavlm.models.llava.VlmDirectory;
import org.rsavlm.models.text.Tokenizer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads a checkpoint and takes drawn pairs through it; the model is gone afterwards. */
final class CheckpointPairs {

  private static final Logger LOG = LoggerFactory.getLogger(CheckpointPairs.class);
  private static final long PROGRESS_NANOS = Duration.ofSeconds(10).toNanos();

  private CheckpointPairs() {}

  /**
   * Gathers.
   *
   * @param directory of the model
   */
  static DrawnPairs gather(
      Path directory, DtypeOption dtype, PairSource source, PairGatherer.Options draws) {
    HfDirectory files = new HfDirectory(directory);
    try (Tokenizer tokenizer = Tokenizer.load(directory);
        NDManager manager = NDManager.newBaseManager();
        StopSignal stop = StopSignal.listen()) {
      TorchDtype type = dtype.dtype(manager);
      ImageProcessor processor = VlmDirectory.tiler(files).processor();
      VisionLanguageModel model = VlmDirectory.load(manager, directory, type);
      checkVocabulary(directory, model, tokenizer);
      AtomicLong last = new AtomicLong(System.nanoTime());
      return new PairGatherer(
              manager,
              model,
              tokenizer,
              processor,
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

  static void checkVocabulary(Path directory, VisionLanguageModel model, Tokenizer tokenizer) {
    int rows = model.config().language().vocabSize();
    if (tokenizer.vocabularySize() > rows) {
      throw new UserException(
          directory.toString(),
          "the tokenizer has " + tokenizer.vocabularySize() + " tokens, the model " + rows,
          "use the tokenizer that belongs to the model");
    }
  }

  /** The last part of the path, and the run's where that says nothing: run/model. */
  static String name(Path model) {
    Path whole = model.toAbsolutePath().normalize();
    int parts = whole.getNameCount();
    boolean plain = parts > 1 && whole.endsWith("model");
    return parts == 0 ? model.toString() : whole.subpath(parts - (plain ? 2 : 1), parts).toString();
  }
}
