package org.rsavlm.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PermutationTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 16, 17, 255, 1000, 65_537})
  void everyElementComesOnce(int size) {
    for (int epoch = 0; epoch < 3; epoch++) {
      Permutation permutation = new Permutation(size, 1, epoch);
      BitSet seen = new BitSet();
      for (int i = 0; i < size; i++) {
        seen.set((int) permutation.at(i));
      }
      assertThat(seen.cardinality()).isEqualTo(size);
      assertThat(seen.length()).isEqualTo(size);
    }
  }

  /** Over many seeds each element is equally likely at each place, and next to each other one. */
  @Test
  void placesAndNeighboursAreUniform() {
    int size = 10;
    int trials = 20_000;
    int[][] places = new int[size][size];
    int[][] neighbours = new int[size][size];
    for (int seed = 0; seed < trials; seed++) {
      Permutation permutation = new Permutation(size, seed / 4, seed % 4);
      for (int i = 0; i < size; i++) {
        places[i][(int) permutation.at(i)]++;
        neighbours[(int) permutation.at(i)][(int) permutation.at((i + 1) % size)]++;
      }
    }
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        // Five standard deviations of a binomial count.
        assertThat(places[i][j]).isBetween(2000 - 212, 2000 + 212);
        assertThat(neighbours[i][j]).isBetween(i == j ? 0 : 2222 - 224, i == j ? 0 : 2222 + 224);
      }
    }
  }

  @Test
  void valuesAreFixedForGood() {
    Permutation permutation = new Permutation(1_000_000, 42, 1);
    assertThat(LongStream.range(0, 5).map(permutation::at))
        .containsExactly(606_795L, 49_328L, 907_327L, 816_333L, 288_718L);
  }

  @Test
  void aPlaceOutsideIsRefused() {
    assertThatThrownBy(() -> new Permutation(5, 0, 0).at(5))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("5 is outside 0 … 4");
  }
}
