package org.rsavlm.core.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import org.jspecify.annotations.Nullable;

/** Backward through what {@link TorchScript} calls and NDArray operations recorded. */
public final class Autograd {

  private Autograd() {}

  /**
   * Adds the gradient of a scalar to the gradients of the leaves that it depends on, and frees the
   * recorded graph.
   *
   * @param loss a scalar, shape {@code []} or {@code [1]}
   */
  public static void backward(NDArray loss) {
    try (NDArray one = Tensors.onesLike(loss)) {
      backward(loss, one);
    }
  }

  /**
   * Adds the vector-Jacobian product of an output and an upstream gradient to the gradients of the
   * leaves that it depends on, and frees the recorded graph. For a leaf this adds {@code upstream}
   * to its own gradient.
   *
   * @param output an array that requires a gradient
   * @param upstream the gradient of the final scalar by {@code output}, of the same shape and dtype
   * @throws IllegalArgumentException if shapes differ or the output records nothing
   */
  public static void backward(NDArray output, NDArray upstream) {
    Shape shape = output.getShape();
    if (!shape.equals(upstream.getShape())) {
      throw new IllegalArgumentException(
          "the upstream gradient has shape " + upstream.getShape() + ", the output " + shape);
    }
    if (!requiresGradient(output)) {
      throw new IllegalArgumentException(
          "the output of shape "
              + shape
              + " does not depend on an array that requires a gradient, or was computed with"
              + " GradMode off");
    }
    JniUtils.backward((PtNDArray) output, (PtNDArray) upstream, false, false);
  }

  /**
   * Returns a leaf's gradient, or null before a backward reached it.
   *
   * <p>The result is an alias of the accumulator, attached to the leaf's manager: close it after
   * use, or keep it while the leaf lives.
   */
  public static @Nullable NDArray gradient(NDArray leaf) {
    return JniUtils.getGradient((PtNDArray) leaf);
  }

  /**
   * Returns a new leaf that shares the array's memory and cuts the graph.
   *
   * @param array any array
   * @param requiresGradient whether operations on the leaf are recorded
   */
  public static NDArray leaf(NDArray array, boolean requiresGradient) {
    PtNDArray leaf = JniUtils.detachGradient((PtNDArray) array);
    if (requiresGradient) {
      leaf.setRequiresGradient(true);
    }
    return leaf;
  }

  /**
   * Tells whether a backward through the array would reach a leaf. (DJL's own {@code hasGradient}
   * is true for leaves only.)
   */
  public static boolean requiresGradient(NDArray array) {
    return TensorScript.SCRIPT.callBoolean("requires_grad", array);
  }
}
