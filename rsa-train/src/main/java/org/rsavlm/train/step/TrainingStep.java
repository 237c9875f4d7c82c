package org.rsavlm.train.step;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.RsaBatch;
import org.rsavlm.core.RsaEvaluation;
import org.rsavlm.core.RsaLoss;
import org.rsavlm.core.RsaStatistics;
import org.rsavlm.core.ScaleMatch;
import org.rsavlm.core.torch.GradMode;
import org.rsavlm.models.llava.VisionLanguageModel;
import org.rsavlm.models.nn.LayerStack;
import org.rsavlm.train.data.PreparedSample;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gradient of a global batch, taken in micro-batches: the language-modelling loss as a mean
 * over the supervised tokens of the whole batch, and the RSA loss over all pairs of the whole
 * batch.
 *
 * <p>Without RSA, micro-batches go forward and backward one by one. With RSA a step has two phases.
 * First every micro-batch's images and captions are encoded and pooled, and the loss is evaluated
 * over all rows. Then every micro-batch goes on to its language-modelling loss and back, with its
 * part of the RSA gradient added at the pooled rows. What phase 1 computed is kept for phase 2;
 * with activation checkpointing that is the inputs of the layers, which the backward needs anyway,
 * so no layer runs more often than without RSA. Captions' own pass comes on top; where its
 * activations fit {@link StepOptions#keptCaptionBytes}, it is not computed again on the way back.
 * Any split into micro-batches gives the same gradient up to rounding.
 *
 * <p>Not thread-safe; one thread trains.
 */
public final class TrainingStep {

  private static final Logger LOG = LoggerFactory.getLogger(TrainingStep.class);

  private final VisionLanguageModel model;
  private final StepOptions options;
  private final UnaryOperator<LayerStack> observer;
  private final PhaseClock clock;

  /**
   * Prepares steps of a model.
   *
   * @param model with the trained parameters selected ({@link TrainedParts})
   */
  public TrainingStep(VisionLanguageModel model, StepOptions options) {
    this(model, options, PhaseClock.OFF);
  }

  /**
   * Prepares steps that tell what they turn to.
   *
   * @param model with the trained parameters selected ({@link TrainedParts})
   */
  public TrainingStep(VisionLanguageModel model, StepOptions options, PhaseClock clock) {
    this(model, options, clock, UnaryOperator.identity());
  }

  /** As above, with a wrapper around the layers that a test counts with. */
  TrainingStep(
      VisionLanguageModel model,
      StepOptions options,
      PhaseClock clock,
      UnaryOperator<LayerStack> observer) {
    this.model = model;
    this.clock = clock;
    this.options = options;
    this.observer = observer;
  }

  /**
   * Adds the gradient of a batch to the gradients of the trained parameters.
   *
   * @param parent everything is made and freed in sub-managers of it
   * @param microBatches the batch's samples as they go through the model together
   * @return losses and counts; where a pooled row is not finite, both losses are NaN and no
   *     gradient was added
   */
  public StepResult gradients(NDManager parent, List<List<PreparedSample>> microBatches) {
    clock.enter(Phase.BATCH_TO_DEVICE);
    List<MicroBatch> batches = new ArrayList<>();
    List<String> ids = new ArrayList<>();
    long tokens = 0;
    long supervised = 0;
    int pairs = 0;
    for (List<PreparedSample> samples : microBatches) {
      MicroBatch batch = MicroBatch.of(samples);
      batches.add(batch);
      ids.addAll(batch.ids());
      tokens += batch.sequence().tokens();
      supervised += batch.sequence().supervised();
      pairs += batch.pairCount();
    }
    double scale = 1.0 / Math.max(1, supervised);
    RsaLoss rsa = options.rsa();
    try (NDManager manager = parent.newSubManager();
        GradMode on = GradMode.enabled()) {
      if (rsa == null || pairs == 0) {
        double loss = onePhase(manager, batches, scale);
        return new StepResult(
            loss, Double.NaN, loss, ids.size(), 0, tokens, supervised, null, 1, ids);
      }
      TwoPhases both = twoPhases(manager, batches, scale, rsa);
      return new StepResult(
          both.lossLm(),
          both.lossRsa(),
          both.lossLm() + rsa.lambda() * both.lossRsa(),
          ids.size(),
          pairs,
          tokens,
          supervised,
          both.statistics(),
          both.textScale(),
          ids);
    }
  }

  private double onePhase(NDManager manager, List<MicroBatch> batches, double scale) {
    double sum = 0;
    for (MicroBatch batch : batches) {
      try (MicroBatchRun run = new MicroBatchRun(manager, model, batch, options, clock, observer)) {
        sum += run.backward(scale, null);
        clock.enter(Phase.OTHER);
      }
    }
    return sum * scale;
  }

  private record TwoPhases(
      double lossLm, double lossRsa, @Nullable RsaStatistics statistics, double textScale) {}

  private TwoPhases twoPhases(
      NDManager manager, List<MicroBatch> batches, double scale, RsaLoss rsa) {
    try (RsaBatch rows = new RsaBatch(manager)) {
      List<MicroBatchRun> runs = new ArrayList<>();
      ActivationBudget kept = new ActivationBudget(options.keptCaptionBytes());
      for (MicroBatch batch : batches) {
        MicroBatchRun run = new MicroBatchRun(manager, model, batch, options, clock, observer);
        runs.add(run);
        run.addRows(rows, kept);
      }
      clock.enter(Phase.RSA_LOSS);
      double textScale = options.scale() == null ? 1 : options.scale().current();
      RsaEvaluation evaluation;
      try {
        evaluation = rows.evaluate(rsa.withTextScale(textScale));
      } catch (IllegalArgumentException e) { // shapes fit here, so a row is not finite
        LOG.warn("the RSA loss can't be computed: {}", e.getMessage());
        return new TwoPhases(Double.NaN, Double.NaN, null, textScale);
      }
      double matched = match(options.scale(), evaluation.statistics());
      if (matched != textScale) {
        textScale = matched;
        evaluation = rows.evaluate(rsa.withTextScale(textScale));
      }
      double sum = 0;
      for (MicroBatchRun run : runs) {
        try (run) {
          sum += run.backward(scale, rows);
          clock.enter(Phase.OTHER);
        }
      }
      return new TwoPhases(sum * scale, evaluation.loss(), evaluation.statistics(), textScale);
    }
  }

  private static double match(@Nullable ScaleMatch scale, RsaStatistics statistics) {
    return scale == null
        ? 1
        : scale.update(statistics.meanDistanceVision(), statistics.meanDistanceText());
  }
}
