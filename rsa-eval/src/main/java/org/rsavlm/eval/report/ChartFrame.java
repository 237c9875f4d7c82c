package org.rsavlm.eval.report;

/** The plot area that charts share: its size, grid lines and axis texts. */
final class ChartFrame {
  static final int WIDTH = 360;
  static final int HEIGHT = 230;
  static final double LEFT = 46;
  static final double RIGHT = WIDTH - 10.0;
  static final double TOP = 14;
  static final double BOTTOM = HEIGHT - 38.0;

  private ChartFrame() {}

  /** Draws horizontal grid lines with the values of the vertical axis. */
  static void vertical(Svg svg, AxisScale y) {
    for (double tick : y.ticks(5)) {
      double at = y.at(tick);
      svg.line(LEFT, at, RIGHT, at, "grid");
      svg.text(LEFT - 6, at + 3.5, "end", "tick", AxisScale.label(tick));
    }
  }

  /** Draws ticks and name of the horizontal axis. */
  static void horizontal(Svg svg, AxisScale x, String name) {
    for (double tick : x.ticks(6)) {
      svg.text(x.at(tick), BOTTOM + 15, "middle", "tick", AxisScale.label(tick));
    }
    axis(svg, name);
  }

  /** Draws the base line and the name below it. */
  static void axis(Svg svg, String name) {
    svg.line(LEFT, BOTTOM, RIGHT, BOTTOM, "axis");
    svg.text((LEFT + RIGHT) / 2, HEIGHT - 6.0, "middle", "axis-name", name);
  }
}
