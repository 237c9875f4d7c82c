package org.rsavlm.eval.report;

import java.util.List;

/**
 * A drawing under way. Colours and fonts are left to the page's style sheet, so that it follows the
 * reader's light or dark setting.
 */
final class Svg {
  private final StringBuilder out = new StringBuilder();

  Svg(int width, int height, String description) {
    out.append("<svg viewBox=\"0 0 ")
        .append(width)
        .append(' ')
        .append(height)
        .append("\" role=\"img\" aria-label=\"")
        .append(Html.escape(description))
        .append("\">");
  }

  String end() {
    return out + "</svg>";
  }

  Svg line(double x1, double y1, double x2, double y2, String cssClass) {
    out.append("<line");
    attribute("x1", x1).attribute("y1", y1).attribute("x2", x2).attribute("y2", y2);
    return endTag(cssClass);
  }

  Svg rect(double x, double y, double width, double height, String cssClass) {
    out.append("<rect");
    attribute("x", x).attribute("y", y).attribute("width", width).attribute("height", height);
    return endTag(cssClass);
  }

  /** Draws a rectangle of its own colour, with a tip on hovering where one is given. */
  Svg cell(double x, double y, double width, double height, String colour, String tip) {
    out.append("<rect");
    attribute("x", x).attribute("y", y).attribute("width", width).attribute("height", height);
    out.append(" fill=\"").append(colour).append('"');
    out.append(tip.isEmpty() ? "/>" : "><title>" + Html.escape(tip) + "</title></rect>");
    return this;
  }

  Svg circle(double x, double y, double radius, String cssClass) {
    out.append("<circle");
    attribute("cx", x).attribute("cy", y).attribute("r", radius);
    return endTag(cssClass);
  }

  /** Draws text anchored at its {@code start}, {@code middle} or {@code end}. */
  Svg text(double x, double y, String anchor, String cssClass, String text) {
    out.append("<text");
    attribute("x", x).attribute("y", y);
    out.append(" text-anchor=\"").append(anchor).append("\" class=\"").append(cssClass);
    out.append("\">").append(Html.escape(text)).append("</text>");
    return this;
  }

  /** Draws text that runs upwards. */
  Svg upright(double x, double y, String cssClass, String text) {
    out.append("<text text-anchor=\"middle\" class=\"").append(cssClass);
    out.append("\" transform=\"translate(").append(Html.coordinate(x)).append(' ');
    out.append(Html.coordinate(y)).append(") rotate(-90)\">");
    out.append(Html.escape(text)).append("</text>");
    return this;
  }

  /** Draws an open line through points given as x, y pairs. */
  Svg path(List<double[]> points, String cssClass) {
    out.append("<path d=\"");
    appendPoints(points);
    out.append("\" class=\"").append(cssClass).append("\"/>");
    return this;
  }

  /** Fills the area that points enclose, given as x, y pairs. */
  Svg area(List<double[]> points, String cssClass) {
    out.append("<path d=\"");
    appendPoints(points);
    out.append("Z\" class=\"").append(cssClass).append("\"/>");
    return this;
  }

  private void appendPoints(List<double[]> points) {
    char command = 'M';
    for (double[] point : points) {
      out.append(command).append(Html.coordinate(point[0])).append(' ');
      out.append(Html.coordinate(point[1]));
      command = 'L';
    }
  }

  private Svg attribute(String name, double value) {
    out.append(' ').append(name).append("=\"").append(Html.coordinate(value)).append('"');
    return this;
  }

  private Svg endTag(String cssClass) {
    out.append(" class=\"").append(cssClass).append("\"/>");
    return this;
  }
}
