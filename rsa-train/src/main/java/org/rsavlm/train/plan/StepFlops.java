package org.rsavlm.train.plan;

import org.rsavlm.models.cost.Flops;
import org.rsavlm.models.cost.VlmCost;
import org.rsavlm.train.config.Trainable;

/**
 * Operations of one average sample in a step.
 *
 * @param model forward, and back to what is trained: what the model asks for, however it is run
 * @param recomputed forward once more under activation checkpointing
 */
record StepFlops(double model, double recomputed) {

  /** Returns all operations, as the hardware runs them. */
  double hardware() {
    return model + recomputed;
  }

  private StepFlops plus(StepFlops other) {
    return new StepFlops(model + other.model, recomputed + other.recomputed);
  }

  /** Counts a sample of a stage. */
  static StepFlops of(VlmCost cost, PlannedStage stage) {
    Trainable trains = stage.trainable();
    SampleShape sample = stage.average();
    StepFlops sum = new StepFlops(0, 0);
    boolean again = stage.checkpointing();
    if (sample.tiles() > 0) {
      boolean vision = trains.vision();
      double patches = cost.tower().tokens(sample.tiles());
      sum =
          pass(cost.tower().embedding(sample.tiles()), false, vision, false)
              .plus(pass(cost.tower().layers(sample.tiles()), vision, vision, again))
              .plus(pass(cost.projector().flops(patches), vision, trains.projector(), false));
    }
    boolean language = trains.language();
    boolean back = language || stage.languageInputsBack();
    Flops layers = cost.decoder().layers((double) sample.length(), square(sample.length()));
    sum = sum.plus(pass(layers, back, language, again));
    // In chunks, with its gradients in closed form: nothing of the head is computed again.
    Flops head = cost.decoder().head(sample.textTokens());
    sum = sum.plus(pass(head, back, TrainedCount.head(cost, trains), false));
    if (stage.captionPass()) {
      double length = sample.textTokens();
      Flops captions = cost.decoder().layers(length, square(length));
      boolean returns = stage.captionsBack();
      sum = sum.plus(pass(captions, returns, returns && language, again));
    }
    return sum;
  }

  private static double square(double length) {
    return length * length;
  }

  private static StepFlops pass(Flops work, boolean inputs, boolean trained, boolean again) {
    double back = work.backward(inputs, trained);
    return new StepFlops(work.forward() + back, again && back > 0 ? work.forward() : 0);
  }
}
