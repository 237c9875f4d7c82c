package org.rsavlm.train.step;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.RsaBatch;
import org.rsavlm.core.TokenPooling;
import org.rsavlm.core.torch.Autograd;
import org.rsavlm.core.torch.GradMode;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchScript;
import org.rsavlm.models.llava.VisionLanguageModel;
import org.rsavlm.models.nn.DeferredBackward;
import org.rsavlm.models.nn.LanguageHeadLoss;
import org.rsavlm.models.nn.LayerStack;
import org.rsavlm.models.nn.NamedBlock;
import org.rsavlm.models.nn.RotaryDecoder;
import org.rsavlm.models.nn.TokenLayout;
import org.rsavlm.models.siglip.SiglipVisionModel;
import org.rsavlm.train.config.RsaRecipe;

/**
 * One micro-batch on its way through the model. The passes run forward in the order of the methods;
 * each stops at a leaf that gathers gradients, so that backward can wait until the whole batch's
 * RSA gradient is known.
 *
 * <p>Runs with grad mode on. Everything it makes belongs to its own manager.
 */
final class MicroBatchRun implements AutoCloseable {

  private static final TorchScript SCRIPT = TorchScript.load(MicroBatchRun.class, "micro_batch.py");

  private final NDManager manager;
  private final VisionLanguageModel model;
  private final MicroBatch batch;
  private final StepOptions options;
  private final PhaseClock clock;
  private final UnaryOperator<LayerStack> observer;
  private @Nullable DeferredBackward vision;
  private @Nullable DeferredBackward captions;
  private @Nullable DeferredBackward language;
  private @Nullable NDArray normed;
  private @Nullable NDArray hidden;
  private @Nullable NDArray visionRows;
  private @Nullable NDArray textRows;
  private int index = -1;

  MicroBatchRun(
      NDManager parent,
      VisionLanguageModel model,
      MicroBatch batch,
      StepOptions options,
      PhaseClock clock,
      UnaryOperator<LayerStack> observer) {
    manager = parent.newSubManager();
    this.model = model;
    this.batch = batch;
    this.options = options;
    this.clock = clock;
    this.observer = observer;
  }

  MicroBatch batch() {
    return batch;
  }

  /**
   * Phase 1 of a step with RSA: runs what the pooled rows need, and adds the rows.
   *
   * @param kept what checkpointing may keep of the step's captions
   */
  void addRows(RsaBatch rows, ActivationBudget kept) {
    encodeImages();
    if (inContext()) {
      runLanguage();
    }
    if (batch.pairCount() == 0) {
      return;
    }
    clock.enter(Phase.RSA_LOSS);
    visionRows = imageRows(passed(vision).output());
    if (inContext()) {
      NDArray at = indices(batch.captionPlaces());
      textRows = TokenPooling.mean(select(passed(hidden), at), batch.captionPlaceCounts());
    } else {
      textRows = encodeCaptions(kept);
    }
    clock.enter(Phase.RSA_LOSS);
    index = rows.add(visionRows, textRows);
  }

  /**
   * Phase 2: the language-modelling loss with its backward, then all the way back.
   *
   * @param scale 1 over the number of supervised tokens of the whole batch
   * @param rows evaluated; null without RSA
   * @return the sum of the token losses
   */
  double backward(double scale, @Nullable RsaBatch rows) {
    encodeImages();
    runLanguage();
    double sum = 0;
    clock.enter(Phase.HEAD);
    if (batch.sequence().supervised() > 0) {
      sum =
          new LanguageHeadLoss(model.language(), options.memory().lossChunk())
              .backward(
                  manager,
                  passed(hidden),
                  indices(batch.sequence().positions()),
                  indices(batch.sequence().labels()),
                  scale);
    }
    if (rows != null && index >= 0) {
      clock.enter(Phase.RSA_LOSS);
      rows.backward(index, passed(visionRows), passed(textRows));
    }
    if (captions != null) {
      clock.enter(Phase.CAPTION_BACKWARD);
      captions.backward();
    }
    clock.enter(Phase.LANGUAGE_BACKWARD);
    NDArray gradient = Autograd.gradient(passed(hidden));
    if (gradient != null) {
      gradient.attach(manager);
      Autograd.backward(passed(normed), gradient);
      gradient.close();
    }
    passed(language).backward();
    if (vision != null) {
      clock.enter(Phase.VISION_BACKWARD);
      vision.backward();
    }
    return sum;
  }

  private void encodeImages() {
    if (vision != null || batch.tiles().isEmpty()) {
      return;
    }
    clock.enter(Phase.BATCH_TO_DEVICE);
    SiglipVisionModel tower = model.vision();
    long side = tower.config().imageSize();
    NDArray pixels = Tensors.stack(manager, batch.tiles(), 3, side, side);
    NDArray cast = Tensors.cast(pixels, tower.dtype());
    clock.enter(Phase.VISION_FORWARD);
    NDArray embedded = tower.embed(manager, cast);
    vision = layers(tower.encoder(), embedded, trained(tower), options.checkpointing());
  }

  private void runLanguage() {
    if (language != null) {
      return;
    }
    clock.enter(Phase.LANGUAGE_FORWARD);
    RotaryDecoder decoder = model.language();
    NDArray embedded = decoder.embed(manager, indices(batch.sequence().ids()));
    if (vision != null) {
      NDArray image = model.imageTokens(manager, vision.output(), batch.layouts());
      embedded = model.join(manager, embedded, image, indices(batch.sequence().imagePositions()));
    }
    TokenLayout layout = decoder.layout(manager, batch.sequence().lengths());
    language = layers(decoder.decoder(layout), embedded, trained(decoder), options.checkpointing());
    normed = decoder.finalNorm(manager, language.output());
    // A leaf, as two losses may go back from here one after the other.
    hidden = Autograd.leaf(normed, Autograd.requiresGradient(normed));
    hidden.attach(manager);
  }

  /** The RSA samples' image features [T, P, dv], pooled: of base images, or of all their tiles. */
  private NDArray imageRows(NDArray features) {
    if (options.rsa().imagePooling() == RsaRecipe.ImagePooling.BASE) {
      return TokenPooling.mean(select(features, indices(batch.pairTiles())));
    }
    NDArray tiles = select(features, indices(batch.allPairTiles()));
    long patches = features.getShape().get(1);
    long[] counts = Arrays.stream(batch.pairTileCounts()).map(n -> n * patches).toArray();
    return TokenPooling.mean(tiles.reshape(-1, features.getShape().get(2)), counts);
  }

  /** The captions alone through the language model (Eq. 2), pooled. */
  private NDArray encodeCaptions(ActivationBudget kept) {
    clock.enter(Phase.CAPTION_FORWARD);
    RotaryDecoder decoder = model.language();
    // A stopped text side gets no gradient: nothing of its pass is kept or run again.
    boolean stopped = options.rsa().stopGradientText();
    try (GradMode mode = stopped ? GradMode.disabled() : GradMode.enabled()) {
      NDArray embedded = decoder.embed(manager, indices(batch.captions()));
      TokenLayout layout = decoder.layout(manager, batch.captionLengths());
      boolean trained = !stopped && trained(decoder);
      boolean checkpointing =
          options.checkpointing() && !kept.take(decoder.activationBytes(layout));
      captions = layers(decoder.decoder(layout), embedded, trained, checkpointing);
      return TokenPooling.mean(
          decoder.finalNorm(manager, captions.output()), batch.captionLengths());
    }
  }

  private boolean inContext() {
    return options.rsa().text() == RsaRecipe.TextSide.IN_CONTEXT;
  }

  private NDArray indices(long[] values) {
    return Tensors.of(manager, values, values.length);
  }

  private NDArray select(NDArray rows, NDArray indices) {
    return SCRIPT.call(manager, "select", rows, indices).singletonOrThrow();
  }

  /** What a pass that has run made. */
  private static <T> T passed(@Nullable T made) {
    return Objects.requireNonNull(made, "the pass has not run");
  }

  private DeferredBackward layers(
      LayerStack stack, NDArray embedded, boolean trained, boolean checkpointing) {
    return new DeferredBackward(manager, observer.apply(stack), embedded, trained, checkpointing);
  }

  private static boolean trained(NamedBlock part) {
    return part.weights().values().stream().anyMatch(NDArray::hasGradient);
  }

  @Override
  public void close() {
    manager.close();
  }
}
