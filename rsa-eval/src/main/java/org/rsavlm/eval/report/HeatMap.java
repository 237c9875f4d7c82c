package org.rsavlm.eval.report;

import java.util.Locale;
import java.util.stream.IntStream;
import org.rsavlm.eval.alignment.LayerGrid;

/**
 * A layer grid in colours, brighter for higher scores, as in the paper's Figures 3 and C.1:
 * language layers from left to right, vision layers from bottom to top; the best pair has a frame.
 */
final class HeatMap {
  private static final int WIDTH = 320;
  private static final double LEFT = 34;
  private static final double TOP = 6;

  /** More cells than this get no tip, to keep the page small. */
  private static final int MOST_TIPS = 900;

  /** Stops of the colour ramp from low to high: red, green, blue. */
  private static final int[][] RAMP = {
    {33, 22, 72}, {56, 62, 138}, {38, 110, 142}, {32, 158, 136}, {109, 205, 89}, {249, 231, 85}
  };

  /** Stops from loss over nothing to gain. */
  private static final int[][] DIVERGING = {
    {178, 58, 40}, {232, 160, 130}, {222, 224, 230}, {128, 170, 232}, {28, 84, 200}
  };

  private HeatMap() {}

  /**
   * Draws a grid.
   *
   * @param low score of the darkest colour
   * @param high score of the brightest
   */
  static String of(String description, LayerGrid grid, double low, double high) {
    return draw(description, grid, low, high, RAMP, true);
  }

  /**
   * Draws differences of scores, blue for gains and red for losses.
   *
   * @param reach size of the difference that gets the deepest colour
   */
  static String ofDifferences(String description, LayerGrid differences, double reach) {
    return draw(description, differences, -reach, reach, DIVERGING, false);
  }

  private static String draw(
      String description,
      LayerGrid grid,
      double low,
      double high,
      int[][] ramp,
      boolean frameBest) {
    int rows = grid.visionLayers();
    int cols = grid.textLayers();
    double cell = Math.min((WIDTH - LEFT - 6) / cols, 240.0 / rows);
    int height = (int) Math.ceil(TOP + cell * rows + 34);
    Svg svg = new Svg(WIDTH, height, description);
    double left = LEFT + (WIDTH - LEFT - 6 - cell * cols) / 2;
    boolean tips = rows * cols <= MOST_TIPS;
    for (int v = 0; v < rows; v++) {
      for (int t = 0; t < cols; t++) {
        double score = grid.score(v, t);
        svg.cell(
            left + t * cell,
            TOP + (rows - 1 - v) * cell,
            cell + 0.1,
            cell + 0.1,
            colour((score - low) / (high - low), ramp),
            tips ? "vision " + v + ", language " + t + ": " + Html.number(score, 4) : "");
      }
    }
    if (frameBest) {
      LayerGrid.Cell best = grid.best();
      svg.rect(
          left + best.textLayer() * cell,
          TOP + (rows - 1 - best.visionLayer()) * cell,
          cell,
          cell,
          "best");
    }
    double bottom = TOP + rows * cell;
    for (int t : labelled(cols)) {
      svg.text(left + (t + 0.5) * cell, bottom + 13, "middle", "tick", Integer.toString(t));
    }
    for (int v : labelled(rows)) {
      svg.text(left - 5, TOP + (rows - 0.5 - v) * cell + 3.5, "end", "tick", Integer.toString(v));
    }
    svg.text(left + cols * cell / 2, bottom + 28, "middle", "axis-name", "language layer");
    svg.upright(left - 24, TOP + rows * cell / 2, "axis-name", "vision layer");
    return svg.end();
  }

  /** Returns the colour scale with the values of its ends, as HTML. */
  static String legend(double low, double high) {
    Svg svg = new Svg(WIDTH, 30, "colour scale");
    double step = (WIDTH - 2 * LEFT) / 60;
    for (int i = 0; i < 60; i++) {
      svg.cell(LEFT + i * step, 2, step + 0.3, 10, colour(i / 59.0, RAMP), "");
    }
    svg.text(LEFT, 25, "start", "tick", Html.number(low, 3));
    svg.text(WIDTH - LEFT, 25, "end", "tick", Html.number(high, 3));
    return svg.end();
  }

  private static int[] labelled(int count) {
    int step = count <= 8 ? 1 : count <= 16 ? 3 : 9;
    return IntStream.range(0, count)
        .filter(i -> i == count - 1 || (i % step == 0 && i < count - (step + 1) / 2))
        .toArray();
  }

  private static String colour(double share, int[][] ramp) {
    double at = (Double.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0) * (ramp.length - 1);
    int stop = Math.min((int) at, ramp.length - 2);
    double part = at - stop;
    StringBuilder hex = new StringBuilder("#");
    for (int channel = 0; channel < 3; channel++) {
      double value = ramp[stop][channel] * (1 - part) + ramp[stop + 1][channel] * part;
      hex.append(String.format(Locale.ROOT, "%02x", Math.round(value)));
    }
    return hex.toString();
  }
}
