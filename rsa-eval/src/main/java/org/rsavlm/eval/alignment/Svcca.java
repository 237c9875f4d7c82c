package org.rsavlm.eval.alignment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import org.rsavlm.core.torch.GradMode;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchScript;
import org.rsavlm.eval.alignment.Svcca.Directions;

/**
 * Singular vector canonical correlation analysis: the mean canonical correlation between the
 * leading singular directions of both sides, columns standardised first.
 *
 * <p>Lies in 0 … 1. Exact and repeatable: the leading left singular vectors of each side come from
 * an eigendecomposition in float64, and since they are orthonormal, the canonical correlations are
 * the singular values of the product of both. (platonic-rep takes a randomised SVD without
 * oversampling and adds noise: where no gap follows the last direction, its scores vary with the
 * seed and lie up to 0.1 lower.) A side of lower rank gives the directions that it has; not a
 * number for constant features. Source: Raghu et al. (2017).
 *
 * @param dimension singular directions per side, 10 in platonic-rep
 */
public record Svcca(int dimension) implements PreparedMetric<Directions> {

  /** Checks {@code dimension}. */
  public Svcca {
    if (dimension < 1) {
      throw new IllegalArgumentException("dimension must be at least 1, got " + dimension);
    }
  }

  /** Orthonormal centred columns, the leading ones of a side. */
  public static final class Directions {
    private final double[] values;
    private final int samples;
    private final int count;

    private Directions(double[] values, int samples) {
      this.values = values;
      this.samples = samples;
      this.count = values.length / samples;
    }
  }

  @Override
  public String name() {
    return "svcca";
  }

  @Override
  public int leastSamples() {
    return dimension + 1;
  }

  @Override
  public Directions prepare(FeatureMatrix features) {
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        GradMode off = GradMode.disabled()) {
      NDArray rows = Tensors.of(manager, features.toDoubles(), features.rows(), features.cols());
      NDArray leading = script().call(manager, "leading", rows, dimension).singletonOrThrow();
      return new Directions(Tensors.toDoubles(leading), features.rows());
    }
  }

  @Override
  public double compare(Directions vision, Directions text) {
    if (vision.samples != text.samples) {
      throw new IllegalArgumentException(
          "both sides must hold the same samples, got " + vision.samples + ", " + text.samples);
    }
    if (vision.count == 0 || text.count == 0) {
      return Double.NaN;
    }
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        GradMode off = GradMode.disabled()) {
      NDArray a = Tensors.of(manager, vision.values, vision.samples, vision.count);
      NDArray b = Tensors.of(manager, text.values, text.samples, text.count);
      NDArray correlations = script().call(manager, "correlations", a, b).singletonOrThrow();
      return Arrays.stream(Tensors.toDoubles(correlations)).average().orElse(Double.NaN);
    }
  }

  private static TorchScript script() {
    return TorchScript.load(Svcca.class, "svcca.py");
  }
}
