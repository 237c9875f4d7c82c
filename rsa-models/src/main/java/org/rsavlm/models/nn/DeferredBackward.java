package org.rsavlm.models.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.torch.Autograd;
import org.rsavlm.core.torch.GradMode;

/**
 * One forward pass through a {@link LayerStack} whose backward comes later, from a gradient that
 * other parts of the step have gathered.
 *
 * <p>{@link #output} is a leaf: whatever follows is recorded from there and adds to its gradient.
 * {@link #backward} takes that gradient through the stack and on into the graph of the input. With
 * activation checkpointing only the layers' inputs are kept; backward runs each layer forward again
 * (Chen et al., 2016), so memory falls from all activations to one array a layer, for one more
 * forward pass.
 */
public final class DeferredBackward {

  private final NDManager manager;
  private final LayerStack stack;
  private final NDArray input;
  private final List<NDArray> inputs = new ArrayList<>();
  private final boolean checkpointing;
  private final NDArray result;
  private final NDArray output;
  private final boolean records;

  /**
   * Runs the stack forward.
   *
   * @param manager owns everything that the run keeps
   * @param stack the layers
   * @param input the first layer's input, with its graph if it has one
   * @param trainable whether a layer has parameters that are trained
   * @param checkpointing whether to keep layer inputs only
   */
  public DeferredBackward(
      NDManager manager,
      LayerStack stack,
      NDArray input,
      boolean trainable,
      boolean checkpointing) {
    this.manager = manager;
    this.stack = stack;
    this.input = input;
    this.checkpointing = checkpointing;
    records = trainable || Autograd.requiresGradient(input);
    try (GradMode mode = records && !checkpointing ? GradMode.enabled() : GradMode.disabled()) {
      NDArray x = input;
      for (int i = 0; i < stack.size(); i++) {
        if (checkpointing && records) {
          inputs.add(x);
        }
        NDArray next = stack.apply(manager, i, x);
        if (!records && x != input) {
          x.close(); // nothing will need it again
        }
        x = next;
      }
      result = x;
    }
    output = Autograd.leaf(result, records);
    output.attach(manager);
  }

  /** Returns the hidden states after the last layer: a leaf that gathers its gradient. */
  public NDArray output() {
    return output;
  }

  /** Takes the output's gradient through the layers; call it once, after all uses of the output. */
  public void backward() {
    if (!records) {
      return;
    }
    NDArray gradient = Autograd.gradient(output);
    if (gradient == null) {
      return; // no use of the output led to a loss
    }
    gradient.attach(manager);
    if (!checkpointing) {
      Autograd.backward(result, gradient);
      gradient.close();
      return;
    }
    NDArray atInput = backwardLayerByLayer(gradient);
    if (atInput != null && Autograd.requiresGradient(input)) {
      Autograd.backward(input, atInput);
    }
  }

  private @Nullable NDArray backwardLayerByLayer(NDArray gradientOfOutput) {
    NDArray gradient = gradientOfOutput;
    for (int i = stack.size() - 1; i >= 0; i--) {
      boolean needed = i > 0 || Autograd.requiresGradient(input);
      try (GradMode on = GradMode.enabled();
          NDManager scratch = manager.newSubManager()) {
        NDArray x = Autograd.leaf(inputs.get(i), needed);
        x.attach(scratch);
        NDArray y = stack.apply(scratch, i, x);
        if (!Autograd.requiresGradient(y)) {
          return null; // frozen from here down
        }
        Autograd.backward(y, gradient);
        gradient.close();
        NDArray next = needed ? Autograd.gradient(x) : null;
        if (i > 0) {
          inputs.get(i).close();
        }
        if (next == null) {
          return null;
        }
        next.attach(manager);
        gradient = next;
      }
    }
    return gradient;
  }
}
