package org.rsavlm.eval.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MutualKnnTest {

  @Test
  void agreesWithSortingEveryRowInFloat64() {
    for (Similarity similarity : Similarity.values()) {
      for (double offset : new double[] {0, 300}) {
        FeatureMatrix x = normal(150, 33, offset, 1);
        NeighborSets sets = NeighborSets.of(x, 7, similarity);
        for (int i = 0; i < x.rows(); i++) {
          assertThat(sets.neighbors(i))
              .as("%s, offset %s, row %d", similarity, offset, i)
              .containsExactly(sorted(x, i, 7, similarity));
        }
      }
    }
  }

  @Test
  void duplicatesAreTakenByIndex() {
    float[] values = new float[40 * 3];
    for (int i = 0; i < 40; i++) {
      values[i * 3 + i % 2] = 1.1f;
      values[i * 3 + 2] = 0.3f;
    }
    NeighborSets sets = NeighborSets.of(FeatureMatrix.of(40, 3, values), 3, Similarity.COSINE);
    assertThat(sets.neighbors(0)).containsExactly(2, 4, 6);
    assertThat(sets.neighbors(39)).containsExactly(1, 3, 5);
    assertThat(sets.neighbors(2)).containsExactly(0, 4, 6);
  }

  @Test
  void manySamplesAreTakenInStripes() {
    FeatureMatrix x = normal(2500, 5, 0, 8);
    NeighborSets sets = NeighborSets.of(x, 4, Similarity.COSINE);
    for (int i : new int[] {0, 1023, 1024, 2047, 2499}) {
      assertThat(sets.neighbors(i)).containsExactly(sorted(x, i, 4, Similarity.COSINE));
    }
  }

  @Test
  void rowsThatFloat32CannotTellApartAreOrderedInFloat64() {
    double[] values = new double[30 * 2];
    for (int i = 0; i < 30; i++) {
      values[2 * i] = i < 15 ? 1 : -1;
      // Nearer to each other the later they come, by far less than float32 resolves.
      values[2 * i + 1] = (30 - i) * (30 - i) * 1e-11;
    }
    FeatureMatrix x = FeatureMatrix.of(30, 2, values);
    assertThat(NeighborSets.of(x, 3, Similarity.EUCLIDEAN).neighbors(10))
        .containsExactly(11, 9, 12);
    assertThat(NeighborSets.of(x, 3, Similarity.EUCLIDEAN).neighbors(29))
        .containsExactly(28, 27, 26);
  }

  @Test
  void sameFeaturesScoreOneAndUnrelatedOnesByChance() {
    FeatureMatrix x = normal(200, 16, 0, 2);
    assertThat(MutualKnn.paper().score(x, x)).isEqualTo(1.0);
    double sum = 0;
    for (int seed = 0; seed < 6; seed++) {
      double score = MutualKnn.paper().randomBaseline(1000, 64, seed);
      assertThat(score).isCloseTo(0.010, within(0.004));
      sum += score;
    }
    assertThat(sum / 6).isCloseTo(0.010, within(0.001));
  }

  @Test
  void scaleOfARowMattersOnlyToTheInnerProduct() {
    FeatureMatrix x = normal(60, 8, 0, 3);
    double[] scaled = x.toDoubles();
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] *= 1 + i / 8 % 5;
    }
    FeatureMatrix y = FeatureMatrix.of(60, 8, scaled);
    assertThat(new MutualKnn(5, Similarity.COSINE).score(x, y)).isEqualTo(1.0);
    assertThat(new MutualKnn(5, Similarity.INNER_PRODUCT).score(x, y)).isLessThan(1.0);
  }

  @Test
  void refusesWhatCannotBeMeasured() {
    FeatureMatrix x = normal(10, 4, 0, 4);
    assertThatThrownBy(() -> MutualKnn.paper().score(x, x)).hasMessageContaining("at least 11");
    FeatureMatrix y = normal(12, 4, 0, 4);
    assertThatThrownBy(() -> new MutualKnn(3, Similarity.COSINE).score(x, y))
        .hasMessageContaining("10 and 12 rows");
    assertThatThrownBy(() -> new MutualKnn(0, Similarity.COSINE)).hasMessageContaining("got 0");
    assertThatThrownBy(() -> FeatureMatrix.of(2, 2, new float[] {0, 0, Float.NaN, 0}))
        .hasMessageContaining("row 1, column 0");
  }

  static FeatureMatrix normal(int rows, int cols, double offset, long seed) {
    Random random = new Random(seed);
    float[] values = new float[rows * cols];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (offset + random.nextGaussian());
    }
    return FeatureMatrix.of(rows, cols, values);
  }

  private static int[] sorted(FeatureMatrix x, int i, int k, Similarity similarity) {
    double[] scores = new double[x.rows()];
    for (int j = 0; j < scores.length; j++) {
      double dot = 0;
      double square = 0;
      double distance = 0;
      for (int c = 0; c < x.cols(); c++) {
        dot += x.get(i, c) * x.get(j, c);
        square += x.get(j, c) * x.get(j, c);
        distance += Math.pow(x.get(i, c) - x.get(j, c), 2);
      }
      scores[j] =
          switch (similarity) {
            case INNER_PRODUCT -> dot;
            case COSINE -> dot / Math.sqrt(square);
            case EUCLIDEAN -> -distance;
          };
    }
    return Arrays.copyOf(
        IntStream.range(0, scores.length)
            .filter(j -> j != i)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer j) -> -scores[j]))
            .mapToInt(Integer::intValue)
            .toArray(),
        k);
  }
}
