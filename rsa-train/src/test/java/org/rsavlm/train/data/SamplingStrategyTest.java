package org.rsavlm.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rsavlm.core.UserException;

class SamplingStrategyTest {

  private static int[] select(String strategy, int size, long seed) {
    SamplingStrategy parsed = SamplingStrategy.parse(strategy, "m.yaml");
    return IntStream.range(0, parsed.count(size)).map(parsed.select(size, seed)).toArray();
  }

  @Test
  void firstAndLastKeepTheFileOrder() {
    assertThat(select("all", 4, 0)).containsExactly(0, 1, 2, 3);
    assertThat(select("first:3", 10, 0)).containsExactly(0, 1, 2);
    assertThat(select("end:3", 10, 0)).containsExactly(7, 8, 9);
    assertThat(select("end:50", 3, 0)).containsExactly(0, 1, 2);
  }

  /** As LLaVA-NeXT's {@code math.ceil(int(p) * len / 100)}. */
  @ParameterizedTest
  @CsvSource({"first:10%, 101, 11", "first:1%, 3, 1", "end:100%, 7, 7", "random: 0.1%, 2001, 3"})
  void percentagesAreRoundedUp(String strategy, int size, int count) {
    assertThat(select(strategy, size, 0)).hasSize(count);
  }

  @Test
  void aRandomDrawIsWithoutReplacementAndDependsOnTheSeed() {
    int[] drawn = select("random:40", 1000, 5);
    assertThat(drawn).hasSize(40).doesNotHaveDuplicates().isEqualTo(select("random:40", 1000, 5));
    assertThat(drawn).isNotEqualTo(select("random:40", 1000, 6));
    assertThat(IntStream.of(drawn).max().orElseThrow()).isGreaterThan(500);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"last:3", "first", "first:", "first:-1", "first:0", "end:101%", "first:1.5"})
  void anythingElseIsAnError(String strategy) {
    assertThatThrownBy(() -> SamplingStrategy.parse(strategy, "m.yaml: datasets[0]"))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("m.yaml: datasets[0]: ")
        .hasMessageContaining(strategy);
  }

  @ParameterizedTest
  @ValueSource(strings = {"all", "first:3", "end:10%", "random:0.5%"})
  void itsTextIsTheStrategy(String strategy) {
    assertThat(SamplingStrategy.parse(strategy, "m.yaml")).hasToString(strategy);
  }
}
