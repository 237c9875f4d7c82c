package org.rsavlm.train.step;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.rsavlm.core.NonFiniteRowException;
import org.rsavlm.core.RsaBatch;
import org.rsavlm.core.RsaEvaluation;
import org.rsavlm.core.RsaLoss;
import org.rsavlm.core.RsaStatistics;
import org.rsavlm.core.ScaleMatch;
import org.rsavlm.core.torch.GradMode;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.models.llava.VisionLanguageModel;
import org.rsavlm.models.nn.LayerStack;
import org.rsavlm.train.data.PreparedSample;
import org.rsavlm.train.distributed.Communicator;
import org.rsavlm.train.distributed.Reduction;
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
  private final RsaLoss loss;
  private final ScaleMatch scale;
  private final PhaseClock clock;
  private final Communicator ranks;
  private final UnaryOperator<LayerStack> observer;

  /**
   * Prepares steps of a model.
   *
   * @param model with the trained parameters selected ({@link TrainedParts})
   * @param scale of the text distances; each step's statistics go into it
   * @param clock is told what the steps turn to
   */
  public TrainingStep(
      VisionLanguageModel model, StepOptions options, ScaleMatch scale, PhaseClock clock) {
    this(model, options, scale, clock, Communicator.single());
  }

  /**
   * Prepares steps whose batches are shared out over ranks. Each then takes its own samples, and
   * none may leave a step out: what the ranks do together depends on counts over all of them, never
   * on what one of them holds.
   *
   * @param ranks that take the steps together
   */
  public TrainingStep(
      VisionLanguageModel model,
      StepOptions options,
      ScaleMatch scale,
      PhaseClock clock,
      Communicator ranks) {
    this(model, options, scale, clock, ranks, UnaryOperator.identity());
  }

  /** As the first, with a wrapper around the layers that a test counts with. */
  TrainingStep(
      VisionLanguageModel model,
      StepOptions options,
      ScaleMatch scale,
      PhaseClock clock,
      UnaryOperator<LayerStack> observer) {
    this(model, options, scale, clock, Communicator.single(), observer);
  }

  private TrainingStep(
      VisionLanguageModel model,
      StepOptions options,
      ScaleMatch scale,
      PhaseClock clock,
      Communicator ranks,
      UnaryOperator<LayerStack> observer) {
    this.model = model;
    this.options = options;
    this.loss = options.rsa().loss();
    this.scale = scale;
    this.clock = clock;
    this.ranks = ranks;
    this.observer = observer;
  }

  /**
   * Adds the gradient of a batch to the gradients of the trained parameters; with several ranks,
   * this rank's part of it.
   *
   * @param parent everything is made and freed in sub-managers of it
   * @param microBatches the batch's samples, of this rank, as they go through the model together
   * @return losses and counts of the whole batch; where a pooled row is not finite, both losses are
   *     NaN and no gradient was added
   */
  public StepResult gradients(NDManager parent, List<List<PreparedSample>> microBatches) {
    clock.enter(Phase.BATCH_TO_DEVICE);
    List<MicroBatch> batches = microBatches.stream().map(MicroBatch::of).toList();
    List<String> ids = batches.stream().flatMap(batch -> batch.ids().stream()).toList();
    BatchCounts counts = BatchCounts.of(batches).over(ranks);
    try (NDManager manager = parent.newSubManager();
        GradMode on = GradMode.enabled()) {
      if (!options.rsa().enabled() || counts.pairs() == 0) {
        double lossLm = mean(onePhase(manager, batches, counts), counts);
        return StepResult.languageModelOnly(lossLm, counts, ids);
      }
      try (RsaBatch rows = new RsaBatch(manager, new RankRows(ranks))) {
        List<MicroBatchRun> runs = addRows(manager, batches, rows);
        StepResult.Rsa rsa = evaluate(rows);
        double lossLm = mean(backward(runs, rows, counts), counts);
        return new StepResult(lossLm, lossLm + loss.lambda() * rsa.loss(), rsa, counts, ids);
      } catch (NonFiniteRowException e) {
        LOG.warn("the RSA loss can't be computed: {}", e.getMessage());
        return StepResult.givenUp(counts, ids);
      }
    }
  }

  private double onePhase(NDManager manager, List<MicroBatch> batches, BatchCounts counts) {
    double sum = 0;
    for (MicroBatch batch : batches) {
      try (MicroBatchRun run = run(manager, batch)) {
        sum += run.backward(counts.tokenWeight(), null);
        clock.enter(Phase.OTHER);
      }
    }
    return sum;
  }

  /** The mean loss of a token, from the sum over this rank's. */
  private double mean(double sum, BatchCounts counts) {
    return ranks.reduce(Reduction.SUM, sum)[0] * counts.tokenWeight();
  }

  /** Phase 1: what the pooled rows need. */
  private List<MicroBatchRun> addRows(NDManager manager, List<MicroBatch> batches, RsaBatch rows) {
    List<MicroBatchRun> runs = new ArrayList<>();
    ActivationBudget kept = new ActivationBudget(options.keptCaptionBytes());
    for (MicroBatch batch : batches) {
      MicroBatchRun run = run(manager, batch);
      runs.add(run);
      run.addRows(rows, kept);
    }
    if (ranks.world() > 1) {
      addNoRows(rows); // a rank without pairs takes part with none
    }
    return runs;
  }

  private void addNoRows(RsaBatch rows) {
    NDManager manager = model.vision().weights().values().iterator().next().getManager();
    try (NDArray vision =
            Tensors.empty(manager, TorchDtype.FLOAT64, 0, model.config().vision().hiddenSize());
        NDArray text =
            Tensors.empty(manager, TorchDtype.FLOAT64, 0, model.config().language().hiddenSize())) {
      rows.add(vision, text);
    }
  }

  /** The loss over all rows, at the scale to which their own distances have brought the match. */
  private StepResult.Rsa evaluate(RsaBatch rows) {
    clock.enter(Phase.RSA_LOSS);
    double textScale = scale.current();
    RsaEvaluation evaluation = rows.evaluate(loss.withTextScale(textScale));
    RsaStatistics statistics = evaluation.statistics();
    double matched = scale.update(statistics.meanDistanceVision(), statistics.meanDistanceText());
    if (matched != textScale) {
      evaluation = rows.evaluate(loss.withTextScale(matched));
    }
    return new StepResult.Rsa(evaluation.loss(), evaluation.statistics(), matched);
  }

  /** Phase 2: all the way back. */
  private double backward(List<MicroBatchRun> runs, RsaBatch rows, BatchCounts counts) {
    double sum = 0;
    for (MicroBatchRun run : runs) {
      try (run) {
        sum += run.backward(counts.tokenWeight(), rows);
        clock.enter(Phase.OTHER);
      }
    }
    return sum;
  }

  private MicroBatchRun run(NDManager manager, MicroBatch batch) {
    return new MicroBatchRun(manager, model, batch, options, clock, observer);
  }
}
