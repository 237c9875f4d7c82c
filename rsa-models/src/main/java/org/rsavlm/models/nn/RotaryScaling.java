package org.rsavlm.models.nn;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import org.rsavlm.models.hub.JsonConfig;

/**
 * How a checkpoint stretches its rotary positions over longer sequences ({@code rope_scaling}, in
 * newer files {@code rope_parameters}).
 *
 * <p>{@code default} changes nothing, {@code linear} divides every frequency by the factor, {@code
 * yarn} (Peng et al., arXiv:2309.00071) divides the slow ones, leaves the fast ones, and scales the
 * tables by an attention factor. Types whose frequencies depend on the length of the sequence at
 * hand ({@code dynamic}, {@code longrope}) are refused: packed samples would change each other.
 *
 * @param type the method
 * @param factor by how much the sequence is stretched, positive; 1 for {@code default}
 * @param originalPositions the length of the pretraining; {@code yarn} only
 * @param attentionFactor what cosines and sines are multiplied by
 * @param betaFast rotations over the original length from which a frequency is left alone
 * @param betaSlow rotations up to which a frequency is divided by the factor
 * @param truncate whether the ramp between both begins and ends at whole dimensions
 */
public record RotaryScaling(
    Type type,
    double factor,
    int originalPositions,
    double attentionFactor,
    double betaFast,
    double betaSlow,
    boolean truncate) {

  /** The methods that are supported, by their names in config files. */
  public enum Type {
    /** Plain rotary positions. */
    DEFAULT,
    /** Every frequency divided by the factor. */
    LINEAR,
    /** YaRN. */
    YARN
  }

  /** Plain rotary positions. */
  public static final RotaryScaling NONE = new RotaryScaling(Type.DEFAULT, 1, 0, 1, 32, 1, true);

  private static final Set<String> COMMON = Set.of("type", "rope_type", "rope_theta");
  private static final Set<String> YARN =
      Set.of(
          "factor",
          "original_max_position_embeddings",
          "attention_factor",
          "beta_fast",
          "beta_slow",
          "mscale",
          "mscale_all_dim",
          "truncate");

  /** Checks the numbers. */
  public RotaryScaling {
    if (!(factor > 0) || !(attentionFactor > 0) || !(betaSlow > 0) || betaFast < betaSlow) {
      throw new IllegalArgumentException(
          "rotary scaling needs factor, attention_factor and beta_slow above 0 and beta_fast from"
              + " beta_slow up");
    }
    if (type == Type.YARN && originalPositions < 1) {
      throw new IllegalArgumentException(
          "original_max_position_embeddings is " + originalPositions + "; it must be at least 1");
    }
  }

  /**
   * Reads the object of {@code rope_scaling} or {@code rope_parameters}.
   *
   * @param rope the object
   * @param maxPositions {@code max_position_embeddings} of the model
   * @param originalPositions the model's own {@code original_max_position_embeddings}, or 0
   * @throws org.rsavlm.core.UserException if it asks for what is not supported
   */
  public static RotaryScaling from(JsonConfig rope, int maxPositions, int originalPositions) {
    String key = rope.has("rope_type") ? "rope_type" : "type";
    String type = rope.choice(key, "default", "default", "linear", "yarn");
    rope.node()
        .fieldNames()
        .forEachRemaining(
            name -> {
              boolean known =
                  COMMON.contains(name)
                      || type.equals("yarn") && YARN.contains(name)
                      || type.equals("linear") && name.equals("factor");
              boolean idle = name.equals("partial_rotary_factor") && rope.number(name, 1) == 1;
              if (rope.has(name) && !known && !idle) {
                throw rope.unsupported(
                    name,
                    "rope type " + type + " is supported without it; remove it if it is idle");
              }
            });
    if (type.equals("default")) {
      return NONE;
    }
    if (type.equals("linear")) {
      return new RotaryScaling(Type.LINEAR, rope.number("factor"), 0, 1, 32, 1, true);
    }
    int original =
        originalPositions > 0
            ? originalPositions
            : rope.integer("original_max_position_embeddings", maxPositions);
    double factor = rope.number("factor", (double) maxPositions / original);
    double mscale = rope.number("mscale", 0);
    double mscaleAll = rope.number("mscale_all_dim", 0);
    double attention =
        mscale != 0 && mscaleAll != 0
            ? logScale(factor, mscale) / logScale(factor, mscaleAll)
            : logScale(factor, 1);
    return new RotaryScaling(
        Type.YARN,
        factor,
        original,
        rope.number("attention_factor", attention),
        rope.number("beta_fast", 32),
        rope.number("beta_slow", 1),
        rope.flag("truncate", true));
  }

  private static double logScale(double factor, double by) {
    return factor <= 1 ? 1 : 0.1 * by * Math.log(factor) + 1;
  }

  /**
   * Returns the angle by which each pair of dimensions turns from one position to the next.
   *
   * @param headSize D
   * @param theta base of the frequencies
   * @return D / 2 angles
   */
  public double[] frequencies(int headSize, double theta) {
    double low = Math.max(rampEnd(headSize, theta, betaFast, false), 0);
    double high = Math.min(rampEnd(headSize, theta, betaSlow, true), headSize - 1.0);
    if (low == high) {
      high += 0.001; // a ramp of no width would divide by zero
    }
    double[] frequencies = new double[headSize / 2];
    for (int i = 0; i < frequencies.length; i++) {
      double plain = Math.pow(theta, -2.0 * i / headSize);
      double divided =
          switch (type) {
            case DEFAULT -> 0;
            case LINEAR -> 1;
            case YARN -> Math.min(Math.max((i - low) / (high - low), 0), 1);
          };
      frequencies[i] = plain * (1 - divided) + plain / factor * divided;
    }
    return frequencies;
  }

  /** The dimension that turns so often over the original length. */
  private double rampEnd(int headSize, double theta, double rotations, boolean up) {
    double at =
        headSize
            * Math.log(Math.max(originalPositions, 1) / (rotations * 2 * Math.PI))
            / (2 * Math.log(theta));
    if (!truncate) {
      return at;
    }
    return up ? Math.ceil(at) : Math.floor(at);
  }

  /** Writes the object of {@code rope_scaling}; meaningless for {@code default}. */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("rope_type", type == Type.YARN ? "yarn" : "linear");
    json.put("factor", factor);
    if (type == Type.YARN) {
      json.put("original_max_position_embeddings", originalPositions);
      json.put("attention_factor", attentionFactor);
      json.put("beta_fast", betaFast);
      json.put("beta_slow", betaSlow);
      json.put("truncate", truncate);
    }
    return json;
  }
}
