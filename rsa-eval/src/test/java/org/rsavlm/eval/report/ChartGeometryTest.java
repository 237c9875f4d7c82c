package org.rsavlm.eval.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.rsavlm.eval.result.SeedValues;

/** What charts draw, read back from their coordinates: all of the data, at its true proportions. */
class ChartGeometryTest {

  private static final Pattern BAR =
      Pattern.compile(
          "<rect x=\"([\\d.]+)\" y=\"([-\\d.]+)\" width=\"([\\d.]+)\" height=\"([-\\d.]+)\"");
  private static final Pattern LINE =
      Pattern.compile(
          "<line x1=\"[\\d.]+\" y1=\"([-\\d.]+)\" x2=\"[\\d.]+\" y2=\"([-\\d.]+)\" class=\"whisker\"");
  private static final Pattern CURVE = Pattern.compile("<path d=\"([^\"]+)\" class=\"curve");
  private static final Pattern BAND = Pattern.compile("<path d=\"([^\"]+)Z\" class=\"band");

  @Test
  void barsAreAsHighAsTheirValuesAndWithinTheFrame() {
    double[] means = {0.02, 0.11, 0.05, 0.2};
    List<BarChart.Bar> bars = new ArrayList<>();
    for (int i = 0; i < means.length; i++) {
      String arm = i % 2 == 0 ? "rsa" : "baseline";
      bars.add(new BarChart.Bar("stage " + i / 2, arm, SeedValues.of(means[i])));
    }
    List<double[]> drawn = numbers(BAR, BarChart.of("test", bars));
    assertThat(drawn).hasSize(means.length);
    double high = Arrays.stream(means).max().getAsDouble();
    for (int i = 0; i < means.length; i++) {
      double top = drawn.get(i)[1];
      double height = drawn.get(i)[3];
      assertThat(top).isGreaterThanOrEqualTo(ChartFrame.TOP);
      assertThat(top + height).isCloseTo(ChartFrame.BOTTOM, within(0.2));
      assertThat(height / drawn.get(3)[3]).isCloseTo(means[i] / high, within(0.01));
    }
    // The highest takes most of the frame.
    assertThat(drawn.get(3)[3]).isGreaterThan(0.8 * (ChartFrame.BOTTOM - ChartFrame.TOP));
  }

  @Test
  void whiskersOfOneDeviationStayInTheFrame() {
    SeedValues wide = SeedValues.of(0.01, 0.4);
    String svg =
        BarChart.of(
            "test",
            List.of(
                new BarChart.Bar("1", "rsa", wide),
                new BarChart.Bar("1", "baseline", SeedValues.of(0.1, 0.1))));
    List<double[]> whiskers = numbers(LINE, svg);
    assertThat(whiskers).hasSize(2);
    assertThat(whiskers.get(0)[0]).isGreaterThanOrEqualTo(ChartFrame.TOP);
    List<double[]> drawn = numbers(BAR, svg);
    double perUnit = drawn.get(0)[3] / wide.mean();
    double length = drawn.get(0)[1] - whiskers.get(0)[0];
    assertThat(length).isCloseTo(perUnit * wide.deviation(), within(0.5));
  }

  /** A curve that falls steadily is drawn whole: nothing of it is a spike. */
  @Test
  void aLineChartShowsEveryPointOfASteadyCurve() {
    List<double[]> points = curve(losses(100, step -> 3 - 0.01 * step));
    assertThat(points).hasSize(100);
    for (int i = 0; i < points.size(); i++) {
      assertThat(points.get(i)[1]).isBetween(ChartFrame.TOP, ChartFrame.BOTTOM);
      if (i > 1) {
        double drop = points.get(i)[1] - points.get(i - 1)[1];
        assertThat(drop).isCloseTo(points.get(1)[1] - points.get(0)[1], within(0.2));
      }
    }
  }

  /** A first step a hundred times as high doesn't flatten the rest, and alone leaves the frame. */
  @Test
  void aSpikeIsCutAndNothingElse() {
    List<double[]> points = curve(losses(100, step -> step == 0 ? 300 : 3 - 0.005 * step));
    assertThat(points.get(0)[1]).isLessThan(ChartFrame.TOP);
    double lowest = points.stream().mapToDouble(p -> p[1]).max().getAsDouble();
    assertThat(points.subList(1, 100))
        .allSatisfy(p -> assertThat(p[1]).isGreaterThanOrEqualTo(ChartFrame.TOP));
    assertThat(lowest - points.get(1)[1]).isGreaterThan(0.5 * (ChartFrame.BOTTOM - ChartFrame.TOP));
  }

  /** Of three seeds the middle one is none of the mean, the lowest and the highest. */
  @Test
  void theLineIsTheMeanOfTheSeedsAndTheBandReachesFromTheLowestToTheHighest() {
    CurveSummary summary =
        CurveSummary.of(
            List.of(losses(4, step -> 2), losses(4, step -> 6), losses(4, step -> 2.5)));
    assertThat(summary.points())
        .allSatisfy(p -> assertThat(Arrays.copyOfRange(p, 1, 4)).containsExactly(3.5, 2, 6));
    String svg = LineChart.of("test", List.of(new LineChart.Series("rsa", summary)));
    double[] line = heights(CURVE, svg);
    double[] band = heights(BAND, svg);
    assertThat(Arrays.stream(line).distinct()).hasSize(1);
    double top = Arrays.stream(band).min().getAsDouble();
    double bottom = Arrays.stream(band).max().getAsDouble();
    double share = (bottom - line[0]) / (bottom - top);
    assertThat(share).isCloseTo((3.5 - 2) / (6 - 2), within(0.01));
  }

  private static double[] heights(Pattern path, String svg) {
    Matcher found = path.matcher(svg);
    assertThat(found.find()).isTrue();
    return Arrays.stream(found.group(1).substring(1).split("L"))
        .mapToDouble(point -> Double.parseDouble(point.split(" ")[1]))
        .toArray();
  }

  private static StepCurve losses(int steps, IntToDoubleFunction loss) {
    long[] numbers = new long[steps];
    double[] values = new double[steps];
    for (int i = 0; i < steps; i++) {
      numbers[i] = i + 1;
      values[i] = loss.applyAsDouble(i);
    }
    return new StepCurve("1", "loss_lm", 0, numbers, values);
  }

  private static List<double[]> curve(StepCurve one) {
    String svg =
        LineChart.of("test", List.of(new LineChart.Series("rsa", CurveSummary.of(List.of(one)))));
    Matcher path = CURVE.matcher(svg);
    assertThat(path.find()).isTrue();
    List<double[]> points = new ArrayList<>();
    for (String point : path.group(1).substring(1).split("L")) {
      points.add(Arrays.stream(point.split(" ")).mapToDouble(Double::parseDouble).toArray());
    }
    return points;
  }

  private static List<double[]> numbers(Pattern pattern, String svg) {
    List<double[]> found = new ArrayList<>();
    Matcher matcher = pattern.matcher(svg);
    while (matcher.find()) {
      double[] values = new double[matcher.groupCount()];
      Arrays.setAll(values, i -> Double.parseDouble(matcher.group(i + 1)));
      found.add(values);
    }
    return found;
  }
}
