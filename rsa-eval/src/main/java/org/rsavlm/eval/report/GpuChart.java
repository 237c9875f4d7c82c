package org.rsavlm.eval.report;

import java.util.ArrayList;
import java.util.List;
import org.rsavlm.eval.report.PlanPage.Curves;

/** Curves over numbers of GPUs, whose axis is logarithmic: doubling is a step of equal length. */
final class GpuChart {

  private GpuChart() {}

  static String of(Curves curves) {
    List<double[]> all = curves.lines().values().stream().flatMap(List::stream).toList();
    double first = all.stream().mapToDouble(p -> p[0]).min().orElse(1);
    double last = all.stream().mapToDouble(p -> p[0]).max().orElse(1);
    double high = all.stream().mapToDouble(p -> p[1]).max().orElse(1);
    AxisScale x =
        new AxisScale(
            first, Math.max(last, 2 * first), true, ChartFrame.LEFT + 8, ChartFrame.RIGHT - 8);
    double low = all.stream().mapToDouble(p -> p[1]).min().orElse(0);
    // Values that fall with the GPUs spread over decades.
    AxisScale y =
        low > 0 && high / low > 20
            ? AxisScale.ofLosses(low, high, ChartFrame.BOTTOM, ChartFrame.TOP)
            : new AxisScale(
                0, high > 0 ? high * 1.06 : 1, false, ChartFrame.BOTTOM, ChartFrame.TOP);
    Svg svg = new Svg(ChartFrame.WIDTH, ChartFrame.HEIGHT, curves.caption());
    ChartFrame.vertical(svg, y);
    for (int mark : curves.marks()) {
      svg.text(x.at(mark), ChartFrame.BOTTOM + 15, "middle", "tick", String.valueOf(mark));
    }
    ChartFrame.axis(svg, "GPUs (logarithmic)");
    int i = 0;
    for (List<double[]> line : curves.lines().values()) {
      String colour = PlanSection.colour(i++);
      List<double[]> points = new ArrayList<>();
      line.forEach(p -> points.add(new double[] {x.at(p[0]), y.at(p[1])}));
      svg.path(points, "curve " + colour);
      for (double[] point : line) {
        if (curves.marks().contains((int) point[0])) {
          svg.circle(x.at(point[0]), y.at(point[1]), 3, "dot " + colour);
        }
      }
    }
    return svg.end();
  }
}
