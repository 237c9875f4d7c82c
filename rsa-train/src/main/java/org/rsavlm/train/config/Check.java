package org.rsavlm.train.config;

import java.util.Locale;

/** Range checks for the compact constructors of the recipe records. */
final class Check {

  /** How a file writes "follows from other keys"; the record's constructor sees NaN. */
  static final String AUTO = "auto";

  private Check() {}

  static void atLeast(String key, long value, long least) {
    that(value >= least, key, value, "at least " + least);
  }

  static void atLeast(String key, double value, double least) {
    that(value >= least && Double.isFinite(value), key, value, "at least " + text(least));
  }

  static void above(String key, double value, double bound) {
    that(value > bound && Double.isFinite(value), key, value, "above " + text(bound));
  }

  /** At least {@code least} and below {@code bound}. */
  static void within(String key, double value, double least, double bound) {
    that(
        value >= least && value < bound,
        key,
        value,
        "at least " + text(least) + " and below " + text(bound));
  }

  static void that(boolean ok, String key, Object value, String allowed) {
    if (!ok) {
      throw new InvalidValueException(key, "is " + text(value), "it must be " + allowed);
    }
  }

  private static String text(Object value) {
    if (value instanceof Double number && number.isNaN()) {
      return AUTO;
    } else if (value instanceof Double number) {
      return number == Math.rint(number) && Math.abs(number) < 1e7
          ? String.format(Locale.ROOT, "%.0f", number)
          : number.toString();
    }
    return value instanceof Number ? value.toString() : "'" + value + "'";
  }
}
