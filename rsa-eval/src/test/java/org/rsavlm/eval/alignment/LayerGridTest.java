package org.rsavlm.eval.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class LayerGridTest {
  private static final MutualKnn METRIC = new MutualKnn(5, Similarity.COSINE);

  @Test
  void everyCellIsTheScoreOfItsPair() {
    FeatureMatrix a = MutualKnnTest.normal(80, 12, 0, 1);
    FeatureMatrix b = MutualKnnTest.normal(80, 20, 0, 2);
    FeatureMatrix c = MutualKnnTest.normal(80, 9, 0, 3);
    LayerGrid grid =
        LayerGrid.measure(
            LayerFeatures.of(List.of(a, b)), LayerFeatures.of(List.of(c, b, a)), METRIC);
    assertThat(grid.scores()).hasSize(2);
    assertThat(grid.score(0, 0)).isEqualTo(METRIC.score(a, c));
    assertThat(grid.score(1, 0)).isEqualTo(METRIC.score(b, c));
    assertThat(grid.best()).isEqualTo(new LayerGrid.Cell(0, 2, 1.0));
    assertThat(grid.lastLast()).isEqualTo(new LayerGrid.Cell(1, 2, METRIC.score(b, a)));
  }

  @Test
  void bestPairExistsWhereNoScoreIsPositive() {
    LayerGrid grid = new LayerGrid("m", List.of(List.of(Double.NaN, -0.5), List.of(-0.25, -0.25)));
    assertThat(grid.best()).isEqualTo(new LayerGrid.Cell(1, 0, -0.25));
    assertThat(new LayerGrid("m", List.of(List.of(0.0))).best())
        .isEqualTo(new LayerGrid.Cell(0, 0, 0.0));
  }

  @Test
  void summaryGivesMeanAndDeviationOverSeeds() {
    LayerGrid one = new LayerGrid("m", List.of(List.of(0.1, 0.2), List.of(0.3, 0.9)));
    LayerGrid two = new LayerGrid("m", List.of(List.of(0.3, 0.2), List.of(0.3, 0.5)));
    GridSummary summary = GridSummary.over(List.of(one, two));
    assertThat(summary.mean().score(0, 0)).isCloseTo(0.2, within(1e-12));
    assertThat(summary.best().visionLayer()).isEqualTo(1);
    assertThat(summary.best().score()).isCloseTo(0.7, within(1e-12));
    assertThat(summary.bestDeviation()).isCloseTo(0.4 / Math.sqrt(2), within(1e-12));
    assertThat(summary.deviation().score(0, 1)).isZero();
    assertThat(GridSummary.over(List.of(one)).lastLastDeviation()).isZero();
    assertThatThrownBy(
            () -> GridSummary.over(List.of(one, new LayerGrid("m", List.of(List.of(1.0))))))
        .hasMessageContaining("different");
  }

  /** The pair that is best is seldom the one whose scores vary most. */
  @Test
  void deviationsBelongToTheBestAndTheLastPair() {
    LayerGrid one = new LayerGrid("m", List.of(List.of(0.9, 0.0), List.of(0.1, 0.2)));
    LayerGrid two = new LayerGrid("m", List.of(List.of(0.8, 0.6), List.of(0.1, 0.4)));
    GridSummary summary = GridSummary.over(List.of(one, two));
    assertThat(summary.best().visionLayer()).isZero();
    assertThat(summary.best().textLayer()).isZero();
    assertThat(summary.bestDeviation()).isCloseTo(0.1 / Math.sqrt(2), within(1e-12));
    assertThat(summary.lastLastDeviation()).isCloseTo(0.2 / Math.sqrt(2), within(1e-12));
  }
}
