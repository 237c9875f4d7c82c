package org.rsavlm.train.step;

import ai.djl.ndarray.NDManager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.rsavlm.core.ScaleMatch;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.models.llava.VisionLanguageModel;
import org.rsavlm.train.config.LearningRates;
import org.rsavlm.train.config.Trainable;
import org.rsavlm.train.data.PreparedSample;
import org.rsavlm.train.distributed.Communicator;
import org.rsavlm.train.distributed.CommunicatorOptions;
import org.rsavlm.train.distributed.Communicators;
import org.rsavlm.train.optim.AdamW;
import org.rsavlm.train.optim.Optimizer;
import org.rsavlm.train.optim.ParameterGroup;
import org.rsavlm.train.optim.RankedAdamW;
import org.rsavlm.train.optim.RankedAdamW.Sharing;

/** Takes a few steps on this rank's share of a batch and writes what came out to a file. */
final class RankedStepMain {

  private static final int STEPS = 3;
  private static final int SAMPLES = 24;

  private RankedStepMain() {}

  /** How a batch's samples are dealt out. */
  enum Deal {
    /** In turn. */
    TURNS,
    /** Rank 1 has the texts alone, the others the images. */
    TEXTS_APART,
    /** Rank 1 has nothing. */
    ONE_EMPTY,
    /** Rank 0 has no pair. */
    NO_PAIRS_ON_ROOT
  }

  /** Arguments: deal, sharing, directory of the files. */
  public static void main(String[] args) throws Exception {
    Communicators.run(
        Communicators.fromEnvironment(CommunicatorOptions.cpu()),
        ranks ->
            Files.writeString(
                Path.of(args[2], "rank-" + ranks.rank()),
                run(ranks, Deal.valueOf(args[0]), Sharing.valueOf(args[1]))));
  }

  /** Losses, norms and the sums of the weights, at full precision. */
  static String run(Communicator ranks, Deal deal, Sharing sharing) {
    try (NDManager manager = NDManager.newBaseManager()) {
      VisionLanguageModel model = RandomBatch.model(manager, TorchDtype.FLOAT64, 3);
      List<ParameterGroup> groups =
          TrainedParts.select(
              model,
              new Trainable(true, true, true, true, true),
              new LearningRates(1e-3, 1e-3, 1e-3, 1e-3, 1e-3));
      TrainingStep step =
          new TrainingStep(
              model, TrainingStepTest.rsa(1), ScaleMatch.firstBatch(), PhaseClock.OFF, ranks);
      StringBuilder out = new StringBuilder();
      AdamW.Settings settings = AdamW.Settings.DEFAULT;
      try (Optimizer optimizer =
          ranks.world() == 1
              ? new AdamW(manager, groups, settings)
              : new RankedAdamW(manager, groups, settings, ranks, sharing)) {
        for (int number = 0; number < STEPS; number++) {
          List<PreparedSample> own = own(RandomBatch.mixed(SAMPLES, 50 + number), ranks, deal);
          StepResult result = step.gradients(manager, RandomBatch.split(own, 4));
          double norm = optimizer.step(1, 1);
          line(out, result.lossLm(), result.rsa() == null ? 0 : result.rsa().loss(), norm);
          line(out, result.counts().samples(), result.counts().pairs());
        }
      }
      model
          .weights()
          .forEach(
              (name, weight) -> {
                double sum = 0;
                double[] values = Tensors.toDoubles(weight);
                for (int i = 0; i < values.length; i++) {
                  sum += values[i] * Math.cos(i); // no two weights may change places
                }
                line(out, sum);
              });
      return out.toString();
    }
  }

  private static List<PreparedSample> own(List<PreparedSample> all, Communicator ranks, Deal deal) {
    List<PreparedSample> own = new ArrayList<>();
    int turn = 0;
    for (PreparedSample sample : all) {
      int rank =
          switch (deal) {
            case TURNS -> turn++ % ranks.world();
            case TEXTS_APART -> sample.images().isEmpty() ? 1 : others(turn++, 1, ranks.world());
            case ONE_EMPTY -> others(turn++, 1, ranks.world());
            case NO_PAIRS_ON_ROOT -> sample.rsa() ? others(turn++, 0, ranks.world()) : 0;
          };
      if (rank % ranks.world() == ranks.rank()) {
        own.add(sample);
      }
    }
    return own;
  }

  /** One rank after the other, but for one. */
  private static int others(int turn, int without, int world) {
    if (world == 1) {
      return 0;
    }
    int rank = turn % (world - 1);
    return rank < without ? rank : rank + 1;
  }

  private static void line(StringBuilder out, double... values) {
    for (double value : values) {
      out.append(String.format(Locale.ROOT, "%.17g ", value));
    }
    out.append('\n');
  }
}
