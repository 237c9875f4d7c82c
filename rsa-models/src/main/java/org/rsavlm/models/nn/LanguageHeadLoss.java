package org.rsavlm.models.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import org.rsavlm.core.torch.Autograd;
import org.rsavlm.core.torch.GradMode;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchScript;

/**
 * Language-modelling cross-entropy through the head, at the supervised positions only and in
 * chunks, so that no [tokens, vocabulary] array exists. The gradient is a closed form computed with
 * the loss: nothing of the head is recorded.
 */
public final class LanguageHeadLoss {

  /** Rows of logits computed at once; with 151,936 words a chunk of float32 takes 620 MB. */
  public static final int DEFAULT_CHUNK = 1024;

  private final LanguageModel model;
  private final int chunk;
  private final TorchScript script = TorchScript.load(LanguageHeadLoss.class, "language_head.py");

  /**
   * Makes the loss of a model's head.
   *
   * @param chunk rows of logits computed at once, at least 1
   */
  public LanguageHeadLoss(LanguageModel model, int chunk) {
    if (chunk < 1) {
      throw new IllegalArgumentException("chunk is " + chunk + "; it must be at least 1");
    }
    this.model = model;
    this.chunk = chunk;
  }

  /**
   * Returns the sum of the losses, without gradient.
   *
   * @param hidden [T, d], after the final norm
   * @param positions int64 [S], the positions that predict
   * @param labels int64 [S], the token that each of them must predict
   */
  public double sum(NDManager manager, NDArray hidden, NDArray positions, NDArray labels) {
    return run(manager, hidden, positions, labels, 1, false);
  }

  /**
   * Returns the sum of the losses and runs backward from it: adds the gradient of {@code scale}
   * times the sum to all leaves that {@code hidden} depends on, and to the head if it is trained.
   *
   * @param scale usually 1 over the number of supervised tokens of the whole batch
   */
  public double backward(
      NDManager manager, NDArray hidden, NDArray positions, NDArray labels, double scale) {
    return run(manager, hidden, positions, labels, scale, true);
  }

  private double run(
      NDManager manager,
      NDArray hidden,
      NDArray positions,
      NDArray labels,
      double scale,
      boolean gradient) {
    NDArray head = model.head();
    boolean byHidden = gradient && Autograd.requiresGradient(hidden);
    boolean byHead = gradient && Autograd.requiresGradient(head);
    try (NDManager scratch = manager.newSubManager()) {
      NDList out;
      try (GradMode off = GradMode.disabled()) {
        out =
            script.call(
                scratch,
                "head_loss",
                hidden,
                positions,
                labels,
                head,
                scale,
                chunk,
                byHidden,
                byHead);
      }
      if (byHead) {
        Autograd.backward(head, out.get(2));
      }
      if (byHidden) {
        Autograd.backward(hidden, out.get(1));
      }
      return Tensors.item(out.get(0));
    }
  }
}
