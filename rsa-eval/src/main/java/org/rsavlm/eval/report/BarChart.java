package org.rsavlm.eval.report;

import java.util.List;
import org.rsavlm.eval.result.SeedValues;

/**
 * Bars side by side for each stage, as in the paper's Figure E.1, with a whisker of one deviation.
 */
final class BarChart {
  private BarChart() {}

  /**
   * One bar.
   *
   * @param group stage below it
   * @param cssClass colour class of the arm
   */
  record Bar(String group, String cssClass, SeedValues values) {}

  static String of(String description, List<Bar> bars) {
    List<String> groups = bars.stream().map(Bar::group).distinct().toList();
    int perGroup = (int) bars.stream().map(Bar::cssClass).distinct().count();
    double high = bars.stream().mapToDouble(BarChart::top).max().orElse(1);
    AxisScale y =
        new AxisScale(0, high > 0 ? high * 1.12 : 1, false, ChartFrame.BOTTOM, ChartFrame.TOP);
    Svg svg = new Svg(ChartFrame.WIDTH, ChartFrame.HEIGHT, description);
    ChartFrame.vertical(svg, y);
    double slot = (ChartFrame.RIGHT - ChartFrame.LEFT) / groups.size();
    double width = Math.min(46, slot * 0.78 / perGroup);
    for (int g = 0; g < groups.size(); g++) {
      String group = groups.get(g);
      double center = ChartFrame.LEFT + slot * (g + 0.5);
      svg.text(center, ChartFrame.BOTTOM + 15, "middle", "tick", group);
      List<Bar> members = bars.stream().filter(bar -> bar.group().equals(group)).toList();
      double left = center - width * members.size() / 2;
      for (Bar bar : members) {
        draw(svg, y, left, width, bar);
        left += width;
      }
    }
    ChartFrame.axis(svg, "stage");
    return svg.end();
  }

  private static void draw(Svg svg, AxisScale y, double left, double width, Bar bar) {
    double mean = Math.max(0, bar.values().mean());
    double top = y.at(mean);
    svg.rect(left + 1.5, top, width - 3, ChartFrame.BOTTOM - top, "bar " + bar.cssClass());
    double label = top;
    if (bar.values().size() > 1) {
      double middle = left + width / 2;
      double deviation = bar.values().deviation();
      label = y.at(mean + deviation);
      svg.line(middle, label, middle, y.at(Math.max(0, mean - deviation)), "whisker");
    }
    svg.text(left + width / 2, label - 4, "middle", "value", Html.number(mean, 3));
  }

  private static double top(Bar bar) {
    return bar.values().mean() + bar.values().deviation();
  }
}
