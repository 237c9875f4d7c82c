package org.rsavlm.core;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.rsavlm.core.torch.GradMode;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchScript;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Representational Space Alignment loss (paper, Eq. 5): the mean squared difference between the
 * pairwise-distance matrices of a batch's image and caption representations.
 *
 * <pre>{@code
 * RsaLoss rsa = RsaLoss.euclidean();
 * NDArray vision = TokenPooling.mean(imageTokens);          // [N, dv]
 * NDArray text = TokenPooling.mean(captionTokens, mask);    // [N, dt]
 * NDArray loss = rsa.total(languageModelLoss, rsa.compute(vision, text)); // Eq. 6
 * }</pre>
 *
 * <p>The two sides may differ in dimension and type. Everything is computed in float64 from the
 * values given, whatever their type: one Gram product a side forward, one product backward, no [N,
 * N, d] array. The gradient is a closed form carried through autograd; a zero distance (the
 * diagonal, duplicate samples) has gradient 0, never NaN.
 *
 * <p>The loss is a function of all pairs of a batch. With micro-batches, {@link RsaBatch} gives the
 * gradient of the whole batch. It has a trivial minimum where all representations coincide: watch
 * {@link RsaStatistics}.
 *
 * <p>Instances are immutable and may be shared between threads.
 */
public final class RsaLoss {

  private static final Logger LOGGER = LoggerFactory.getLogger(RsaLoss.class);
  private static final AtomicBoolean WARNED_OF_ONE_ROW = new AtomicBoolean();

  private final Distance distance;
  private final double lambda;
  private final boolean stopGradientText;
  private final double textScale;
  private final double[] layerWeights;

  private RsaLoss(Builder builder) {
    distance = builder.distance;
    lambda = Double.isNaN(builder.lambda) ? builder.distance.defaultLambda() : builder.lambda;
    stopGradientText = builder.stopGradientText;
    textScale = builder.textScale;
    layerWeights = builder.layerWeights.clone();
  }

  /** Returns the paper's loss: Euclidean distance, lambda 0.01, gradient to both sides. */
  public static RsaLoss euclidean() {
    return builder().build();
  }

  /** Returns the loss on cosine distance with the paper's lambda of 1. */
  public static RsaLoss cosine() {
    return builder().distance(Distance.COSINE).build();
  }

  /** Returns a builder that starts from {@link #euclidean()}. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns the distance of the kernels. */
  public Distance distance() {
    return distance;
  }

  /** Returns the weight of Eq. 6. */
  public double lambda() {
    return lambda;
  }

  /** Tells whether the text side receives no gradient. */
  public boolean stopGradientText() {
    return stopGradientText;
  }

  /**
   * Returns a copy whose text kernel is multiplied by a constant; see {@link Builder#textScale}.
   */
  public RsaLoss withTextScale(double scale) {
    Builder builder = new Builder();
    builder.distance = distance;
    builder.lambda = lambda;
    builder.stopGradientText = stopGradientText;
    builder.layerWeights = layerWeights;
    return builder.textScale(scale).build();
  }

  /**
   * Computes Eq. 5.
   *
   * @param vision [N, dv], pooled image representations of any floating-point type
   * @param text [N, dt], the representations of the same samples' captions, in the same order
   * @return the scalar loss, float32 (float64 if a side is), differentiable in both arguments and
   *     owned by {@code vision}'s manager; 0 for N = 1
   * @throws NonFiniteRowException if a value is not finite
   * @throws IllegalArgumentException if an argument is not of rank 2, or numbers of rows or devices
   *     differ
   */
  public NDArray compute(NDArray vision, NDArray text) {
    check(vision, text);
    return script()
        .call(
            vision.getManager(),
            "compute",
            vision,
            text,
            distance.code(),
            textScale,
            !stopGradientText)
        .singletonOrThrow();
  }

  /**
   * Computes the weighted sum of Eq. 5 over several pairs of layers.
   *
   * @param vision a representation [N, d] for each layer pair
   * @param text as many representations [N, d']
   * @return the scalar loss
   * @throws IllegalArgumentException as {@link #compute(NDArray, NDArray)}, or if the numbers of
   *     layers and weights differ
   */
  public NDArray compute(NDList vision, NDList text) {
    if (vision.isEmpty() || vision.size() != text.size()) {
      throw new IllegalArgumentException(
          vision.size() + " vision layers and " + text.size() + " text layers do not make pairs");
    }
    double[] weights = weights(vision.size());
    NDArray total = compute(vision.get(0), text.get(0)).mul(weights[0]);
    for (int i = 1; i < weights.length; i++) {
      total = total.add(compute(vision.get(i), text.get(i)).mul(weights[i]));
    }
    return total;
  }

  private double[] weights(int pairs) {
    if (layerWeights.length == 0) {
      double[] equal = new double[pairs];
      Arrays.fill(equal, 1.0 / pairs);
      return equal;
    }
    if (layerWeights.length != pairs) {
      throw new IllegalArgumentException(
          pairs + " layer pairs were given but " + layerWeights.length + " layer weights are set");
    }
    return layerWeights;
  }

  /**
   * Returns the total of Eq. 6, L_LM + lambda L_RSA.
   *
   * @param languageModelLoss a scalar
   * @param rsaLoss what {@link #compute} returned
   */
  public NDArray total(NDArray languageModelLoss, NDArray rsaLoss) {
    return languageModelLoss.add(rsaLoss.mul(lambda));
  }

  /**
   * Computes the loss and its gradients by the rows, without autograd.
   *
   * @param manager owns the gradients
   * @param vision as in {@link #compute(NDArray, NDArray)}
   * @param text as in {@link #compute(NDArray, NDArray)}
   * @throws IllegalArgumentException as {@link #compute(NDArray, NDArray)}
   */
  public RsaEvaluation evaluate(NDManager manager, NDArray vision, NDArray text) {
    check(vision, text);
    try (GradMode off = GradMode.disabled();
        NDManager scratch = manager.newSubManager()) {
      NDList out =
          script()
              .call(
                  scratch, "evaluate", vision, text, distance.code(), textScale, !stopGradientText);
      double[] means = Tensors.toDoubles(out.get(3));
      RsaStatistics statistics =
          new RsaStatistics(
              means[0],
              means[1],
              script().callDouble("effective_rank", vision),
              script().callDouble("effective_rank", text));
      out.get(1).attach(manager);
      out.get(2).attach(manager);
      return new RsaEvaluation(Tensors.item(out.get(0)), out.get(1), out.get(2), statistics);
    }
  }

  private static TorchScript script() {
    return TorchScript.load(RsaLoss.class, "rsa_loss.py");
  }

  private static void check(NDArray vision, NDArray text) {
    checkRank("vision", vision);
    checkRank("text", text);
    long rows = vision.getShape().get(0);
    if (text.getShape().get(0) != rows) {
      throw new IllegalArgumentException(
          "vision has "
              + rows
              + " rows and text "
              + text.getShape().get(0)
              + "; each image needs its caption");
    }
    if (!vision.getDevice().equals(text.getDevice())) {
      throw new IllegalArgumentException(
          "vision is on "
              + vision.getDevice()
              + " and text on "
              + text.getDevice()
              + "; move both to one device");
    }
    checkFinite(NonFiniteRowException.Side.VISION, vision);
    checkFinite(NonFiniteRowException.Side.TEXT, text);
    if (rows == 1 && WARNED_OF_ONE_ROW.compareAndSet(false, true)) {
      LOGGER.warn(
          "the RSA loss of one sample is 0: it compares pairs. Gather a batch with RsaBatch.");
    }
  }

  private static void checkRank(String side, NDArray array) {
    Shape shape = array.getShape();
    if (shape.dimension() != 2 || shape.get(0) < 1 || shape.get(1) < 1) {
      throw new IllegalArgumentException(
          side
              + " has shape "
              + shape
              + "; it must be [N, d] with N and d at least 1: pool the"
              + " tokens first (TokenPooling)");
    }
  }

  private static void checkFinite(NonFiniteRowException.Side side, NDArray array) {
    long row = script().callLong("first_bad_row", array);
    if (row >= 0) {
      throw new NonFiniteRowException(side, row);
    }
  }

  @Override
  public String toString() {
    return "RsaLoss["
        + distance
        + ", lambda="
        + lambda
        + (stopGradientText ? ", stopGradientText" : "")
        + (textScale == 1 ? "" : ", textScale=" + textScale)
        + (layerWeights.length == 0 ? "" : ", layerWeights=" + Arrays.toString(layerWeights))
        + "]";
  }

  /** Sets what differs from the paper's loss. */
  public static final class Builder {

    private Distance distance = Distance.EUCLIDEAN;
    private double lambda = Double.NaN; // NaN: the distance's default
    private boolean stopGradientText;
    private double textScale = 1;
    private double[] layerWeights = {};

    private Builder() {}

    /** Sets the distance, and with it the default lambda. */
    public Builder distance(Distance value) {
      distance = value;
      return this;
    }

    /**
     * Sets the weight of Eq. 6; without it, {@link Distance#defaultLambda()}.
     *
     * @param value at least 0
     */
    public Builder lambda(double value) {
      if (!(value >= 0) || Double.isInfinite(value)) {
        throw new IllegalArgumentException("lambda is " + value + "; it must be at least 0");
      }
      lambda = value;
      return this;
    }

    /** Sets whether the text side is a constant (the paper's ablation of Table 2). */
    public Builder stopGradientText(boolean value) {
      stopGradientText = value;
      return this;
    }

    /**
     * Sets a constant that multiplies the text kernel; 1, the default, is the paper's loss. Where
     * the two spaces differ much in scale, the loss otherwise mostly shrinks the larger one; see
     * {@link ScaleMatch}.
     *
     * @param value above 0
     */
    public Builder textScale(double value) {
      if (!(value > 0) || Double.isInfinite(value)) {
        throw new IllegalArgumentException("the text scale is " + value + "; it must be above 0");
      }
      textScale = value;
      return this;
    }

    /** Sets a weight for each layer pair; without it, all weigh the same and sum to 1. */
    public Builder layerWeights(List<Double> values) {
      for (double value : values) {
        if (!(value >= 0) || Double.isInfinite(value)) {
          throw new IllegalArgumentException(
              "a layer weight is " + value + "; it must be at least 0");
        }
      }
      layerWeights = values.stream().mapToDouble(Double::doubleValue).toArray();
      return this;
    }

    /** Builds the loss. */
    public RsaLoss build() {
      return new RsaLoss(this);
    }
  }
}
