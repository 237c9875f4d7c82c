package org.rsavlm.eval.report;

import org.jspecify.annotations.Nullable;
import org.rsavlm.eval.result.Measure;
import org.rsavlm.eval.result.SeedValues;

/** What a difference between two arms means. */
enum Verdict {
  /** Better with RSA. */
  GAIN("gain", "\u25B2 "),
  /** Worse with RSA. */
  LOSS("loss", "\u25BC "),
  /** Too small to show at the digits printed, or the seeds disagree about the sign. */
  EVEN("even", ""),
  /** The measure has no good direction. */
  NONE("plain", "");

  private final String cssClass;
  private final String sign;

  Verdict(String cssClass, String sign) {
    this.cssClass = cssClass;
    this.sign = sign;
  }

  String cssClass() {
    return cssClass;
  }

  /** Returns a mark that tells gain from loss without colour. */
  String sign() {
    return sign;
  }

  static Verdict of(@Nullable Measure measure, SeedValues difference, int decimals) {
    if (measure == null || measure.better() == Measure.Better.NEITHER) {
      return NONE;
    }
    double mean = difference.mean();
    boolean agree = difference.values().stream().allMatch(v -> Math.signum(v) == Math.signum(mean));
    if (!agree || !(Math.abs(mean) >= 0.5 * Math.pow(10, -decimals))) {
      return EVEN;
    }
    return mean > 0 == (measure.better() == Measure.Better.HIGHER) ? GAIN : LOSS;
  }
}
