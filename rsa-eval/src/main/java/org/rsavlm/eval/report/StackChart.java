package org.rsavlm.eval.report;

import java.util.List;
import java.util.Map;
import org.rsavlm.eval.report.PlanPage.Stacks;

/** Upright bars of parts that add up, with a line at the limit. */
final class StackChart {

  private static final double WIDEST = 46;

  private StackChart() {}

  static String of(Stacks stacks) {
    double high =
        Math.max(
            stacks.limit(),
            stacks.bars().values().stream().mapToDouble(StackChart::sum).max().orElse(0));
    AxisScale y = new AxisScale(0, high * 1.1, false, ChartFrame.BOTTOM, ChartFrame.TOP);
    Svg svg = new Svg(ChartFrame.WIDTH, ChartFrame.HEIGHT, stacks.caption());
    ChartFrame.vertical(svg, y);
    double slot = (ChartFrame.RIGHT - ChartFrame.LEFT) / Math.max(1, stacks.bars().size());
    double width = Math.min(WIDEST, slot * 0.7);
    double center = ChartFrame.LEFT + slot / 2;
    for (Map.Entry<String, List<Double>> bar : stacks.bars().entrySet()) {
      double below = 0;
      for (int i = 0; i < bar.getValue().size(); i++) {
        double part = bar.getValue().get(i);
        double top = y.at(below + part);
        svg.rect(center - width / 2, top, width, y.at(below) - top, "bar " + PlanSection.colour(i));
        below += part;
      }
      svg.text(center, y.at(below) - 4, "middle", "value", Html.number(below, 1));
      svg.text(center, ChartFrame.BOTTOM + 15, "middle", "tick", bar.getKey());
      center += slot;
    }
    double limit = y.at(stacks.limit());
    svg.line(ChartFrame.LEFT, limit, ChartFrame.RIGHT, limit, "whisker");
    ChartFrame.axis(svg, "GPUs; the line is a GPU's memory");
    return svg.end();
  }

  private static double sum(List<Double> parts) {
    return parts.stream().mapToDouble(Double::doubleValue).sum();
  }
}
