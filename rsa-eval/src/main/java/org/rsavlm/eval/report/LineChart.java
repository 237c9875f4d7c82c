package org.rsavlm.eval.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Curves over steps, a line per arm, with the range over seeds as a band. */
final class LineChart {
  private LineChart() {}

  /**
   * One line.
   *
   * @param cssClass colour class of the arm
   */
  record Series(String cssClass, CurveSummary curve) {}

  static String of(String description, List<Series> series) {
    List<double[]> all = series.stream().flatMap(s -> s.curve().points().stream()).toList();
    AxisScale x =
        AxisScale.tight(
            all.stream().mapToDouble(p -> p[0]).min().orElse(0),
            all.stream().mapToDouble(p -> p[0]).max().orElse(1),
            ChartFrame.LEFT,
            ChartFrame.RIGHT);
    AxisScale y =
        AxisScale.ofLosses(
            all.stream().mapToDouble(p -> p[2]).min().orElse(0),
            top(all),
            ChartFrame.BOTTOM,
            ChartFrame.TOP);
    Svg svg = new Svg(ChartFrame.WIDTH, ChartFrame.HEIGHT, description);
    ChartFrame.vertical(svg, y);
    ChartFrame.horizontal(svg, x, y.log() ? "step (logarithmic vertical axis)" : "step");
    for (Series one : series) {
      if (one.curve().seeds() > 1) {
        svg.area(band(one.curve(), x, y), "band " + one.cssClass());
      }
    }
    for (Series one : series) {
      svg.path(
          one.curve().points().stream()
              .map(p -> new double[] {x.at(p[0]), clip(y.at(p[1]))})
              .toList(),
          "curve " + one.cssClass());
    }
    return svg.end();
  }

  /** Leaves out a first spike that would flatten the rest: the 98th percentile and some room. */
  private static double top(List<double[]> points) {
    double[] highest = points.stream().mapToDouble(p -> p[3]).sorted().toArray();
    if (highest.length == 0) {
      return 1;
    }
    double max = highest[highest.length - 1];
    double most = highest[(int) (0.98 * (highest.length - 1))];
    double low = points.stream().mapToDouble(p -> p[2]).min().orElse(0);
    return Math.min(max, most + 0.25 * (most - low));
  }

  private static double clip(double y) {
    return Math.max(y, ChartFrame.TOP - 8);
  }

  private static List<double[]> band(CurveSummary curve, AxisScale x, AxisScale y) {
    List<double[]> outline = new ArrayList<>();
    curve.points().forEach(p -> outline.add(new double[] {x.at(p[0]), clip(y.at(p[3]))}));
    curve.points().stream()
        .sorted(Comparator.comparingDouble((double[] p) -> -p[0]))
        .forEach(p -> outline.add(new double[] {x.at(p[0]), clip(y.at(p[2]))}));
    return outline;
  }
}
