package org.rsavlm.train.compare;

import java.util.List;
import java.util.Locale;
import org.rsavlm.eval.report.ArmResult;
import org.rsavlm.train.config.RsaRecipe;
import org.rsavlm.train.config.StageRecipe;

/**
 * A way to train the stages that follow the common ones.
 *
 * @param key in file names and report.json
 * @param label for readers
 * @param stages in order
 */
record Arm(String key, String label, List<StageRecipe> stages) {

  Arm {
    stages = List.copyOf(stages);
  }

  /** Returns the arm of the recipe's own stages. */
  static Arm rsa(List<StageRecipe> stages) {
    return new Arm(ArmResult.RSA, "With RSA", stages);
  }

  /** Returns the arm of the same stages without RSA. */
  static Arm baseline(List<StageRecipe> stages) {
    return new Arm(
        ArmResult.BASELINE,
        "Without RSA",
        stages.stream().map(s -> s.withRsa(s.rsa().withEnabled(false))).toList());
  }

  /** Returns the arm of the stages up to the last with RSA, at another weight. */
  static Arm weighted(List<StageRecipe> stages, double lambda, boolean matched) {
    int last = 0;
    for (int i = 0; i < stages.size(); i++) {
      last = stages.get(i).rsa().enabled() ? i : last;
    }
    String name = String.format(Locale.ROOT, "%s", lambda) + (matched ? "-matched" : "");
    return new Arm(
        "lambda-" + name,
        label(lambda, matched),
        stages.subList(0, last + 1).stream()
            .map(s -> s.withRsa(s.rsa().withLambda(lambda, matched)))
            .toList());
  }

  static String label(RsaRecipe rsa) {
    return label(rsa.lambda(), rsa.matchScale());
  }

  private static String label(double lambda, boolean matched) {
    return "λ = " + lambda + (matched ? ", scale-matched" : "");
  }
}
