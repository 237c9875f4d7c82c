package org.rsavlm.train.monitor;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * The numbers of one optimiser step. NaN stands for a value that a step has not (the RSA loss where
 * it is off) or that isn't finite; both are written as null.
 *
 * @param step counted from 1 in each stage
 * @param stage its name in the recipe
 * @param lossLm mean cross-entropy over the supervised tokens of the global batch, in nats
 * @param lossRsa RSA loss (Eq. 5) before its weight
 * @param loss what is minimised (Eq. 6)
 * @param learningRate of each group of parameters at this step
 * @param gradNorm global norm of the gradients before clipping
 * @param samples in the global batch
 * @param tokens through the language model in the global batch, image tokens included
 * @param skipped samples rejected since the stage began
 * @param seconds that the step took, data included
 * @param dataSeconds of them, those in which the step waited for the loader
 * @param peakMemoryBytes largest resident size of the process so far
 * @param rsa statistics of the RSA loss by name, such as {@code mean_distance_vision}; empty where
 *     it is off
 */
public record StepMetrics(
    long step,
    String stage,
    double lossLm,
    double lossRsa,
    double loss,
    Map<String, Double> learningRate,
    double gradNorm,
    long samples,
    long tokens,
    long skipped,
    double seconds,
    double dataSeconds,
    long peakMemoryBytes,
    Map<String, Double> rsa) {

  /** Copies the maps in alphabetical order, so that lines compare byte by byte. */
  public StepMetrics {
    learningRate = Collections.unmodifiableMap(new TreeMap<>(learningRate));
    rsa = Collections.unmodifiableMap(new TreeMap<>(rsa));
  }

  /**
   * Tokens through the language model per second of this step.
   *
   * @return tokens over seconds
   */
  public double tokensPerSecond() {
    return tokens / seconds;
  }

  /**
   * Returns the line of {@code metrics.jsonl}.
   *
   * @return a new tree whose numbers are all finite or null
   */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("step", step).put("stage", stage);
    number(json, "loss_lm", lossLm);
    number(json, "loss_rsa", lossRsa);
    number(json, "loss", loss);
    ObjectNode rates = json.putObject("lr");
    learningRate.forEach((group, rate) -> number(rates, group, rate));
    number(json, "grad_norm", gradNorm);
    json.put("samples", samples).put("tokens", tokens).put("skipped", skipped);
    number(json, "seconds", seconds);
    number(json, "data_seconds", dataSeconds);
    number(json, "tokens_per_second", tokensPerSecond());
    json.put("peak_memory_bytes", peakMemoryBytes);
    ObjectNode statistics = json.putObject("rsa");
    rsa.forEach((name, value) -> number(statistics, name, value));
    return json;
  }

  private static void number(ObjectNode json, String key, double value) {
    if (Double.isFinite(value)) {
      json.put(key, value);
    } else {
      json.putNull(key);
    }
  }
}
