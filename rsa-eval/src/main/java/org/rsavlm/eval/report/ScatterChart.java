package org.rsavlm.eval.report;

import java.util.List;

/** Labelled points: what one measure costs of another. */
final class ScatterChart {
  private ScatterChart() {}

  /** One setting. */
  record Point(String label, double x, double y, String cssClass) {}

  static String of(String description, String xName, List<Point> points) {
    AxisScale x =
        wide(
            points.stream().mapToDouble(Point::x).min().orElse(0),
            points.stream().mapToDouble(Point::x).max().orElse(1),
            ChartFrame.LEFT,
            ChartFrame.RIGHT);
    AxisScale y =
        AxisScale.linear(
            points.stream().mapToDouble(Point::y).min().orElse(0),
            points.stream().mapToDouble(Point::y).max().orElse(1),
            ChartFrame.BOTTOM,
            ChartFrame.TOP);
    Svg svg = new Svg(ChartFrame.WIDTH, ChartFrame.HEIGHT, description);
    ChartFrame.vertical(svg, y);
    ChartFrame.horizontal(svg, x, xName);
    for (Point point : points) {
      double px = x.at(point.x());
      double py = y.at(point.y());
      boolean right = px < (ChartFrame.LEFT + ChartFrame.RIGHT) / 2;
      svg.circle(px, py, 5, "dot " + point.cssClass());
      svg.text(px + (right ? 9 : -9), py + 3.5, right ? "start" : "end", "value", point.label());
    }
    return svg.end();
  }

  private static AxisScale wide(double low, double high, double from, double to) {
    double span = high > low ? high - low : Math.max(Math.abs(high), 1e-9);
    return new AxisScale(low - 0.12 * span, high + 0.12 * span, false, from, to);
  }
}
