package org.rsavlm.eval.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Maps values of an axis to coordinates of the drawing.
 *
 * @param low smallest value
 * @param high largest value
 * @param log whether equal ratios, not equal differences, have equal lengths
 * @param from coordinate of {@code low}
 * @param to coordinate of {@code high}
 */
record AxisScale(double low, double high, boolean log, double from, double to) {

  /** Returns a linear axis that covers the values with some room, from zero if zero is near. */
  static AxisScale linear(double low, double high, double from, double to) {
    double span = high - low;
    if (!(span > 0)) {
      span = Math.max(Math.abs(high), 1e-9);
    }
    double bottom = low >= 0 && low < span ? 0 : low - 0.06 * span;
    return new AxisScale(bottom, high + 0.06 * span, false, from, to);
  }

  /** Returns a linear axis that ends exactly at the values. */
  static AxisScale tight(double low, double high, double from, double to) {
    return new AxisScale(low, high > low ? high : low + 1, false, from, to);
  }

  /**
   * Returns an axis that is logarithmic where positive values span more than a factor of four, else
   * linear.
   */
  static AxisScale ofLosses(double low, double high, double from, double to) {
    if (low > 0 && high / low > 4) {
      return new AxisScale(low / 1.15, high * 1.15, true, from, to);
    }
    double span = Math.max(high - low, 1e-9);
    return new AxisScale(low - 0.06 * span, high + 0.06 * span, false, from, to);
  }

  double at(double value) {
    double share =
        log
            ? Math.log(Math.max(value, low) / low) / Math.log(high / low)
            : (value - low) / (high - low);
    return from + share * (to - from);
  }

  /** Returns round values within the axis, about {@code wanted} of them. */
  List<Double> ticks(int wanted) {
    return log ? logTicks() : linearTicks(wanted);
  }

  private List<Double> linearTicks(int wanted) {
    double step = Math.pow(10, Math.floor(Math.log10((high - low) / wanted)));
    for (double factor : new double[] {1, 2, 5, 10}) {
      if ((high - low) / (step * factor) <= wanted) {
        step *= factor;
        break;
      }
    }
    List<Double> ticks = new ArrayList<>();
    for (long i = (long) Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++) {
      ticks.add(i * step);
    }
    return ticks;
  }

  private List<Double> logTicks() {
    List<Double> ticks = new ArrayList<>();
    double[] factors =
        high / low > 500
            ? new double[] {1}
            : high / low > 30 ? new double[] {1, 3} : new double[] {1, 1.5, 2, 3, 5, 7};
    for (int power = (int) Math.floor(Math.log10(low)); Math.pow(10, power) <= high; power++) {
      for (double factor : factors) {
        double tick = factor * Math.pow(10, power);
        if (tick >= low && tick <= high) {
          ticks.add(tick);
        }
      }
    }
    return ticks;
  }

  /** Returns a tick's text, with no more digits than it needs. */
  static String label(double tick) {
    if (tick == 0) {
      return "0";
    }
    double size = Math.abs(tick);
    String text =
        size >= 1e5 || size < 1e-4
            ? String.format(Locale.ROOT, "%.0e", tick)
            : String.format(Locale.ROOT, "%.5f", tick).replaceAll("\\.?0+$", "");
    return text.replace('-', '\u2212');
  }
}
