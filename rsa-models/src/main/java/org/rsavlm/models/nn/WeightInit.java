package org.rsavlm.models.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.rsavlm.core.torch.GradMode;
import org.rsavlm.core.torch.TorchScript;

/**
 * How a parameter starts, as the reference implementations start it.
 *
 * @param kind the distribution
 * @param scale its standard deviation or bound, where the kind has one
 */
public record WeightInit(Kind kind, double scale) {

  /** The distributions. */
  public enum Kind {
    /** Every element the scale. */
    CONSTANT,
    /** Normal around 0, the scale its standard deviation. */
    NORMAL,
    /** Uniform from minus the scale to the scale. */
    UNIFORM
  }

  /** All zeros. */
  public static final WeightInit ZEROS = new WeightInit(Kind.CONSTANT, 0);

  /** All ones. */
  public static final WeightInit ONES = new WeightInit(Kind.CONSTANT, 1);

  /** Returns a normal distribution around 0, its deviation given. */
  public static WeightInit normal(double deviation) {
    return new WeightInit(Kind.NORMAL, deviation);
  }

  static WeightInit uniform(double bound) {
    return new WeightInit(Kind.UNIFORM, bound);
  }

  /** Returns Glorot and Bengio's uniform initialisation of a [out, in] matrix. */
  public static WeightInit xavier(long in, long out) {
    return uniform(Math.sqrt(6.0 / (in + out)));
  }

  /** Returns what {@code torch.nn.Linear} does by default, for weight and bias alike. */
  public static WeightInit linearDefault(long in) {
    return uniform(1 / Math.sqrt(in));
  }

  void apply(NDArray array) {
    TorchScript script = TorchScript.load(WeightInit.class, "weight_init.py");
    try (GradMode off = GradMode.disabled()) {
      switch (kind) {
        case CONSTANT -> script.run("constant", array, scale);
        case NORMAL -> script.run("normal", array, scale);
        case UNIFORM -> script.run("uniform", array, scale);
      }
    }
  }

  /** A parameter that a block declares: its shape and its start. */
  record Declared(Shape shape, WeightInit init) {}
}
