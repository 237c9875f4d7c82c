package org.rsavlm.eval.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.rsavlm.eval.alignment.LayerGrid;
import org.rsavlm.eval.result.StageResult;

/** Cells read back from the drawing: each pair of layers at its place, with its own score. */
class HeatMapTest {

  private static final Pattern CELL =
      Pattern.compile(
          "<rect x=\"([\\d.]+)\" y=\"([\\d.]+)\"[^>]*fill=\"#(\\w{6})\">"
              + "<title>vision (\\d+), language (\\d+): (\\S+)</title>");
  private static final Pattern FRAME =
      Pattern.compile("<rect x=\"([\\d.]+)\" y=\"([\\d.]+)\"[^>]*class=\"best\"");
  private static final LayerGrid GRID =
      new LayerGrid("m", List.of(List.of(0.1, 0.2), List.of(0.3, 0.5), List.of(0.9, 0.0)));

  private record Cell(double x, double y, int rgb, double score) {}

  private static Map<List<Integer>, Cell> cells(String html) {
    Map<List<Integer>, Cell> cells = new HashMap<>();
    for (Matcher m = CELL.matcher(html); m.find(); ) {
      cells.put(
          List.of(Integer.valueOf(m.group(4)), Integer.valueOf(m.group(5))),
          new Cell(
              Double.parseDouble(m.group(1)),
              Double.parseDouble(m.group(2)),
              Integer.parseInt(m.group(3), 16),
              Double.parseDouble(m.group(6).replace('\u2212', '-'))));
    }
    return cells;
  }

  @Test
  void visionLayersRiseAndLanguageLayersGoToTheRight() {
    Map<List<Integer>, Cell> cells = cells(HeatMap.of("test", GRID, 0, 1));
    assertThat(cells).hasSize(6);
    cells.forEach(
        (pair, cell) -> {
          assertThat(cell.score()).isEqualTo(GRID.score(pair.get(0), pair.get(1)));
          Cell above = cells.get(List.of(pair.get(0) + 1, pair.get(1)));
          if (above != null) {
            assertThat(above.y()).isLessThan(cell.y());
            assertThat(above.x()).isEqualTo(cell.x());
          }
          Cell right = cells.get(List.of(pair.get(0), pair.get(1) + 1));
          if (right != null) {
            assertThat(right.x()).isGreaterThan(cell.x());
            assertThat(right.y()).isEqualTo(cell.y());
          }
        });
  }

  @Test
  void theFrameIsAroundTheBestPair() {
    String svg = HeatMap.of("test", GRID, 0, 1);
    Cell best = cells(svg).get(List.of(2, 0));
    Matcher frame = FRAME.matcher(svg);
    assertThat(frame.find()).isTrue();
    assertThat(Double.parseDouble(frame.group(1))).isEqualTo(best.x());
    assertThat(Double.parseDouble(frame.group(2))).isEqualTo(best.y());
  }

  @Test
  void differencesAreRsaLessTheBaselineAndGainsAreBlue() {
    LayerGrid baseline = new LayerGrid("m", List.of(List.of(0.3, 0.2)));
    LayerGrid rsa = new LayerGrid("m", List.of(List.of(0.1, 0.7)));
    String html =
        HeatMapSection.of(
            RunReport.builder("test")
                .arm(arm(ArmResult.BASELINE, baseline))
                .arm(arm(ArmResult.RSA, rsa))
                .build());
    Map<List<Integer>, Cell> cells = cells(html.substring(html.indexOf("Difference")));
    Cell loss = cells.get(List.of(0, 0));
    Cell gain = cells.get(List.of(0, 1));
    assertThat(loss.score()).isEqualTo(-0.2);
    assertThat(gain.score()).isEqualTo(0.5);
    assertThat(loss.rgb() >> 16).as("red of a loss").isGreaterThan(loss.rgb() & 0xff);
    assertThat(gain.rgb() & 0xff).as("blue of a gain").isGreaterThan(gain.rgb() >> 16);
    assertThat(html).contains("higher at 1 of 2 pairs");
  }

  private static ArmResult arm(String key, LayerGrid grid) {
    return new ArmResult(key, key, List.of(new StageResult("1", Map.of(), grid)), List.of());
  }
}
