package org.rsavlm.eval.result;

import java.util.Locale;
import java.util.Optional;

/** The measures that a report knows how to name and to judge. Others are shown by their key. */
public enum Measure {
  /** Mutual-kNN of the last layers. */
  MUTUAL_KNN("Mutual-kNN (last layers)", Better.HIGHER, 3),
  /** Mutual-kNN of the best pair of layers. */
  MUTUAL_KNN_BEST("Mutual-kNN (best pair of layers)", Better.HIGHER, 3),
  /** Mean language-modelling loss over held-out supervised tokens, in nats. */
  LM_LOSS("LM loss (held out)", Better.LOWER, 3),
  /** The paper's Eq. 5 on held-out pairs. */
  RSA_LOSS("RSA loss (held out)", Better.LOWER, 4),
  /** Share of questions answered exactly. */
  QA_ACCURACY("QA accuracy", Better.HIGHER, 3),
  /** Mean pairwise distance of vision features. */
  MEAN_DISTANCE_VISION("Mean distance, vision", Better.NEITHER, 3),
  /** Mean pairwise distance of text features. */
  MEAN_DISTANCE_TEXT("Mean distance, text", Better.NEITHER, 3),
  /** Effective rank of vision features. */
  EFFECTIVE_RANK_VISION("Effective rank, vision", Better.NEITHER, 1),
  /** Effective rank of text features. */
  EFFECTIVE_RANK_TEXT("Effective rank, text", Better.NEITHER, 1);

  /** Which way a measure should go. */
  public enum Better {
    /** More is better. */
    HIGHER,
    /** Less is better. */
    LOWER,
    /** A description, not a goal. */
    NEITHER
  }

  private final String label;
  private final Better better;
  private final int decimals;

  Measure(String label, Better better, int decimals) {
    this.label = label;
    this.better = better;
    this.decimals = decimals;
  }

  /** Returns the key in report.json, such as {@code mutual_knn}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the name for readers. */
  public String label() {
    return label;
  }

  /** Tells whether higher or lower is better, or neither. */
  public Better better() {
    return better;
  }

  /** Returns the number of digits after the point that mean something. */
  public int decimals() {
    return decimals;
  }

  /** Returns the measure with this key, if it is known. */
  public static Optional<Measure> of(String key) {
    for (Measure measure : values()) {
      if (measure.key().equals(key)) {
        return Optional.of(measure);
      }
    }
    return Optional.empty();
  }

  /**
   * Returns the name for readers of the measure with this key; the key itself if it is not known.
   */
  public static String labelOf(String key) {
    return of(key).map(Measure::label).orElse(key);
  }

  /** Digits after the point that mean something for this key; 3 if it is not known. */
  public static int decimalsOf(String key) {
    return of(key).map(Measure::decimals).orElse(3);
  }
}
