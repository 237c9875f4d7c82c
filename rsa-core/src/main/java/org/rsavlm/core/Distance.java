package org.rsavlm.core;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.rsavlm.core.torch.GradMode;
import org.rsavlm.core.torch.TorchScript;

/**
 * The distance d of the kernels (paper, Eq. 3 and 4), with the loss weight that goes with it.
 *
 * <p>Euclidean is the paper's choice, cosine its alternative (Appendix F); the others answer the
 * open question of its Appendix J.
 */
public enum Distance {
  /** ‖x − y‖₂. The paper's default, with lambda 0.01. */
  EUCLIDEAN(0, 0.01),
  /** 1 − cos(x, y), in [0, 2]; a zero vector counts as orthogonal. The paper's lambda is 1. */
  COSINE(1, 1.0),
  /** ‖x − y‖₁. Lambda 0.01, our choice. */
  MANHATTAN(2, 0.01),
  /** ‖x − y‖₂². Lambda 0.01, our choice. */
  SQUARED_EUCLIDEAN(3, 0.01),
  /** arccos(cos(x, y)) / π, in [0, 1]; a zero vector counts as orthogonal. Lambda 1, our choice. */
  ANGULAR(4, 1.0);

  private final int code;
  private final double defaultLambda;

  Distance(int code, double defaultLambda) {
    this.code = code;
    this.defaultLambda = defaultLambda;
  }

  /** Returns the number that the script text knows the distance by. */
  int code() {
    return code;
  }

  /** Returns the weight lambda of Eq. 6 that goes with the distance. */
  public double defaultLambda() {
    return defaultLambda;
  }

  /**
   * Returns the kernel K of Eq. 3: all pairwise distances of the rows.
   *
   * @param rows [N, d], of any floating-point type
   * @return [N, N] in float64 with a zero diagonal, owned by the rows' manager, without gradient
   */
  public NDArray kernel(NDArray rows) {
    NDManager manager = rows.getManager();
    try (GradMode off = GradMode.disabled()) {
      return TorchScript.load(RsaLoss.class, "rsa_loss.py")
          .call(manager, "kernel", rows, code)
          .singletonOrThrow();
    }
  }
}
