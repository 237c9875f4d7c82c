package org.rsavlm.train.config;

import java.util.List;
import org.rsavlm.train.optim.AdamW;

/**
 * The constants of AdamW.
 *
 * @param weightDecay decoupled weight decay of matrices
 * @param betas the two decay rates of the moments
 * @param epsilon added to the root of the second moment
 * @param maxGradNorm global norm to which gradients are clipped; 0 for no clipping
 */
public record OptimizerRecipe(
    @Default("0") double weightDecay,
    @Default("[0.9, 0.999]") List<Double> betas,
    @Default("1e-8") double epsilon,
    @Default("1") double maxGradNorm) {

  /** Checks the ranges. */
  public OptimizerRecipe {
    betas = List.copyOf(betas);
    Check.atLeast("weight_decay", weightDecay, 0);
    if (betas.size() != 2) {
      throw new InvalidValueException(
          "betas", "has " + betas.size() + " values", "it must be two, such as [0.9, 0.999]");
    }
    betas.forEach(beta -> Check.within("betas", beta, 0, 1));
    Check.above("epsilon", epsilon, 0);
    Check.atLeast("max_grad_norm", maxGradNorm, 0);
  }

  /** As the optimiser takes them. */
  public AdamW.Settings settings() {
    return new AdamW.Settings(betas.get(0), betas.get(1), epsilon, weightDecay);
  }
}
