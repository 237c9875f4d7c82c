package org.rsavlm.eval.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rsavlm.core.Distance;
import org.rsavlm.core.RsaLoss;
import org.rsavlm.core.torch.Tensors;

class AlignmentMetricsTest {
  private static final MetricOptions OPTIONS =
      new MetricOptions(10, Similarity.INNER_PRODUCT, 8, 10);

  @ParameterizedTest
  @EnumSource
  void sameFeaturesGetTheBestScore(MetricName metric) {
    FeatureMatrix x = MutualKnnTest.normal(90, 24, 0, 1);
    double best =
        switch (metric) {
          case LCS_KNN -> 10;
          case RSA -> 0;
          default -> 1;
        };
    // Cycles return in most cases only; a constant in the divisors takes 1e-6 of small values.
    double bound =
        switch (metric) {
          case CYCLE_KNN -> 0.1;
          case CKNNA, UNBIASED_CKA, CKA, CKA_RBF -> 1e-5;
          default -> 1e-9;
        };
    assertThat(metric.create(OPTIONS).score(x, x)).isCloseTo(best, within(bound));
  }

  @ParameterizedTest
  @EnumSource
  void theGridHoldsWhatTheMetricSaysOfEachPair(MetricName name) {
    AlignmentMetric metric = name.create(OPTIONS);
    FeatureMatrix a = MutualKnnTest.normal(60, 12, 0, 1);
    FeatureMatrix b = MutualKnnTest.normal(60, 20, 0, 2);
    LayerGrid grid =
        LayerGrid.measure(LayerFeatures.of(List.of(a, b)), LayerFeatures.of(List.of(b, a)), metric);
    assertThat(grid.score(0, 0)).isEqualTo(metric.score(a, b));
    assertThat(grid.score(1, 1)).isEqualTo(metric.score(b, a));
    LayerGrid.Cell best = grid.best();
    if (name != MetricName.CYCLE_KNN) {
      assertThat(best.visionLayer()).isNotEqualTo(best.textLayer());
    }
    assertThat(metric.name()).isEqualTo(name.text());
    assertThat(MetricName.of(name.text())).contains(name);
  }

  @Test
  void neighbourMetricsMeasuredTogetherAreAsAlone() {
    FeatureMatrix a = MutualKnnTest.normal(60, 12, 0, 1);
    FeatureMatrix b = MutualKnnTest.normal(60, 20, 0, 2);
    List<AlignmentMetric> metrics =
        List.of(
            new MutualKnn(5, Similarity.COSINE),
            new LcsKnn(5, Similarity.COSINE),
            new MutualKnn(9, Similarity.COSINE),
            new MutualKnn(5, Similarity.EUCLIDEAN));
    List<LayerGrid> grids =
        LayerGrid.measure(LayerFeatures.of(List.of(a)), LayerFeatures.of(List.of(b)), metrics);
    for (int m = 0; m < metrics.size(); m++) {
      assertThat(grids.get(m).score(0, 0)).isEqualTo(metrics.get(m).score(a, b));
    }
  }

  @Test
  void rsaIsTheLoss() {
    FeatureMatrix a = MutualKnnTest.normal(40, 12, 100, 1);
    FeatureMatrix b = MutualKnnTest.normal(40, 20, 0, 2);
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      double loss =
          RsaLoss.euclidean()
              .compute(
                  Tensors.of(manager, a.toDoubles(), 40, 12),
                  Tensors.of(manager, b.toDoubles(), 40, 20))
              .getDouble();
      assertThat(new RsaDiscrepancy(Distance.EUCLIDEAN).score(a, b))
          .isCloseTo(loss, within(1e-12 * loss));
    }
  }

  @Test
  void ckaForgetsALargeOffset() {
    FeatureMatrix x = MutualKnnTest.normal(120, 16, 0, 5);
    FeatureMatrix y = MutualKnnTest.normal(120, 24, 0, 6);
    double[] shifted = x.toDoubles();
    for (int i = 0; i < shifted.length; i++) {
      shifted[i] += 1e6;
    }
    FeatureMatrix far = FeatureMatrix.of(120, 16, shifted);
    assertThat(Cka.linear().score(far, y)).isCloseTo(Cka.linear().score(x, y), within(1e-8));
    assertThat(Cka.unbiased().score(far, y)).isCloseTo(Cka.unbiased().score(x, y), within(1e-8));
  }

  @Test
  void cknnaOverAllNeighboursIsUnbiasedCka() {
    FeatureMatrix x = MutualKnnTest.normal(50, 16, 0, 5);
    FeatureMatrix y = MutualKnnTest.normal(50, 24, 0, 6);
    assertThat(new Cknna(49).score(x, y)).isCloseTo(Cka.unbiased().score(x, y), within(1e-10));
  }

  @Test
  void constantFeaturesAreNotANumberForSvccaAndZeroForCka() {
    FeatureMatrix x = MutualKnnTest.normal(50, 16, 0, 5);
    FeatureMatrix constant = FeatureMatrix.of(50, 2, new double[100]);
    assertThat(new Svcca(10).score(x, constant)).isNaN();
    assertThat(Cka.linear().score(x, constant)).isZero();
    // A side of rank 3 gives its 3 directions.
    FeatureMatrix flat = MutualKnnTest.normal(50, 3, 0, 7);
    assertThat(new Svcca(10).score(flat, flat)).isCloseTo(1, within(1e-9));
  }

  @Test
  void editsAndSubsequencesOfLists() {
    int[] a = {1, 2, 3, 4};
    assertThat(LcsKnn.length(a, new int[] {2, 9, 4, 1})).isEqualTo(2);
    assertThat(EditDistanceKnn.edits(a, new int[] {2, 3, 4, 9})).isEqualTo(2);
    assertThat(EditDistanceKnn.edits(a, new int[] {5, 6, 7, 8})).isEqualTo(4);
  }

  @Test
  void cycleKnnGoesThroughTheTextNeighbours() {
    // On a line, 0 and 1 are near each other and 2 and 3; the text pairs 0 with 2.
    FeatureMatrix vision = FeatureMatrix.of(4, 1, new double[] {0, 1, 10, 11.5});
    FeatureMatrix text = FeatureMatrix.of(4, 1, new double[] {0, 20, 1, 22});
    assertThat(new CycleKnn(1, Similarity.EUCLIDEAN).score(vision, text)).isZero();
    assertThat(new CycleKnn(1, Similarity.EUCLIDEAN).score(vision, vision)).isEqualTo(1);
    // From 1 the text leads to 3, whose two vision neighbours are 2 and 1.
    assertThat(new CycleKnn(2, Similarity.EUCLIDEAN).score(vision, text)).isEqualTo(1);
  }

  @Test
  void outliersAreClampedAtAnElementOfTheValues() {
    FeatureMatrix x = FeatureMatrix.of(2, 5, new float[] {1, -2, 3, -4, 5, 6, -7, 8, -9, 100});
    FeatureMatrix y = new FeaturePreparation(false, 0.85).apply(x);
    assertThat(y.floats()).containsExactly(1, -2, 3, -4, 5, 6, -7, 8, -9, 9);
    FeatureMatrix z = new FeaturePreparation(true, 1).apply(x);
    assertThat(z.get(0, 3)).isCloseTo(-4 / Math.sqrt(55), within(1e-15));
    assertThat(new FeaturePreparation(false, 1).apply(x)).isSameAs(x);
    assertThatThrownBy(() -> new FeaturePreparation(false, 0)).hasMessageContaining("got 0.0");
  }

  @Test
  void refusesWhatCannotBeMeasured() {
    FeatureMatrix x = MutualKnnTest.normal(10, 4, 0, 4);
    assertThatThrownBy(() -> new Cknna(1)).hasMessageContaining("at least 2, got 1");
    assertThatThrownBy(() -> new Cknna(10).score(x, x)).hasMessageContaining("at least 11");
    assertThatThrownBy(() -> Cka.rbf(0)).hasMessageContaining("above 0");
    assertThatThrownBy(() -> new Svcca(10).score(x, x)).hasMessageContaining("at least 11");
    assertThatThrownBy(() -> Cka.linear().score(x, MutualKnnTest.normal(11, 4, 0, 4)))
        .hasMessageContaining("10 and 11 rows");
  }
}
