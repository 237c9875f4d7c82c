package org.rsavlm.train.run;

import java.util.Map;
import org.rsavlm.train.config.StageRecipe;

/**
 * The text scales with which the RSA losses of a run's stages are measured on held-out pairs:
 * another run's where one is to compare with, else that of a stage's own training, and where it has
 * no RSA that of the stage before.
 */
final class TextScales {

  private final Map<String, Double> stated;
  private double before = 1;

  /**
   * Before the first stage.
   *
   * @param stated another run's, by the name of the stage
   */
  TextScales(Map<String, Double> stated) {
    this.stated = Map.copyOf(stated);
  }

  /**
   * Returns the scale to measure a stage with.
   *
   * @param own what its training has come to; NaN if nothing yet
   * @return NaN if it is not known yet
   */
  double of(StageRecipe stage, double own) {
    Double other = stated.get(stage.name());
    if (other != null) {
      return other;
    }
    return stage.rsa().enabled() ? own : before;
  }

  /** A stage is behind. */
  void add(StageRecipe stage, double own) {
    if (stage.rsa().enabled()) {
      before = own;
    }
  }
}
