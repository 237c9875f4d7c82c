package org.rsavlm.eval.report;

import java.util.List;
import org.rsavlm.eval.result.StageResult;

/**
 * One arm of the comparison: a way to train, over all its stages.
 *
 * @param key {@link #RSA}, {@link #BASELINE} or the name of another run; the key in report.json
 * @param label the name for readers
 * @param stages results in the order of training
 * @param curves values over steps; may be empty
 */
public record ArmResult(
    String key, String label, List<StageResult> stages, List<StepCurve> curves) {

  /** Key of the arm trained with the RSA loss. */
  public static final String RSA = "rsa";

  /** Key of the arm trained with the language-modelling loss alone. */
  public static final String BASELINE = "baseline";

  /** Copies the lists. */
  public ArmResult {
    stages = List.copyOf(stages);
    curves = List.copyOf(curves);
  }
}
