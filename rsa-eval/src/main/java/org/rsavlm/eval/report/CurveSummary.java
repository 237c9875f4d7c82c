package org.rsavlm.eval.report;

import java.util.ArrayList;
import java.util.List;

/**
 * The curves of several seeds as one: in each of at most {@value #BUCKETS} equal ranges of steps
 * the mean over seeds, and the lowest and highest seed.
 *
 * @param points a list of {step, mean, lowest, highest}, ascending
 * @param seeds number of curves that went in
 */
record CurveSummary(List<double[]> points, int seeds) {
  static final int BUCKETS = 120;

  static CurveSummary of(List<StepCurve> curves) {
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;
    for (StepCurve curve : curves) {
      for (long step : curve.steps()) {
        first = Math.min(first, step);
        last = Math.max(last, step);
      }
    }
    List<double[]> points = new ArrayList<>();
    if (first <= last) {
      long span = last - first + 1;
      int buckets = (int) Math.min(BUCKETS, span);
      for (int b = 0; b < buckets; b++) {
        long from = first + span * b / buckets;
        long to = first + span * (b + 1) / buckets;
        add(points, curves, from, to);
      }
    }
    return new CurveSummary(points, curves.size());
  }

  private static void add(List<double[]> points, List<StepCurve> curves, long from, long to) {
    double sum = 0;
    int count = 0;
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (StepCurve curve : curves) {
      double mean = mean(curve, from, to);
      if (Double.isFinite(mean)) {
        sum += mean;
        count++;
        low = Math.min(low, mean);
        high = Math.max(high, mean);
      }
    }
    if (count > 0) {
      points.add(new double[] {(from + to - 1) / 2.0, sum / count, low, high});
    }
  }

  /** Mean of the finite values of one curve in a range of steps; NaN where there are none. */
  private static double mean(StepCurve curve, long from, long to) {
    double sum = 0;
    int count = 0;
    for (int i = 0; i < curve.steps().length; i++) {
      long step = curve.steps()[i];
      if (step >= from && step < to && Double.isFinite(curve.values()[i])) {
        sum += curve.values()[i];
        count++;
      }
    }
    return sum / count;
  }
}
