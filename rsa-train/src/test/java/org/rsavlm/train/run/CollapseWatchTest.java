package org.rsavlm.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.rsavlm.core.RsaStatistics;

class CollapseWatchTest {

  private static final RsaStatistics START = new RsaStatistics(10, 4, 21, 11);

  @Test
  void saysOnceWhatFellFarBelowItsStart() {
    CollapseWatch watch = new CollapseWatch();
    assertThat(watch.add(START)).isEmpty();
    assertThat(watch.add(new RsaStatistics(1.01, 0.41, 5.01, 3.01))).isEmpty();
    assertThat(watch.add(new RsaStatistics(0.99, 4, 4.9, 11)))
        .hasValueSatisfying(
            text ->
                assertThat(text)
                    .contains(
                        "mean vision distance fell from 10.0 to 0.990",
                        "effective rank of vision fell from 21.0 to 4.90")
                    .doesNotContain("of text"));
    assertThat(watch.add(new RsaStatistics(0.1, 0.1, 1, 1))).isEmpty();
    assertThat(watch.warned()).isTrue();
  }

  @Test
  void whatHasNoVarianceAtTheStartCanNotCollapse() {
    CollapseWatch watch = new CollapseWatch();
    assertThat(watch.add(new RsaStatistics(10, 0, 21, 0))).isEmpty();
    assertThat(watch.add(new RsaStatistics(10, 0, 21, 0))).isEmpty();
    assertThat(watch.add(new RsaStatistics(10, 0, 0, 0)))
        .hasValueSatisfying(
            text ->
                assertThat(text)
                    .contains("effective rank of vision fell from 21.0 to 0.00")
                    .doesNotContain("of text"));
  }

  @Test
  void goesOnWhereItWasLeft() {
    assertThat(new CollapseWatch(START, false).add(new RsaStatistics(10, 0.3, 21, 11)))
        .hasValueSatisfying(text -> assertThat(text).contains("mean text distance fell"));
    assertThat(new CollapseWatch(START, true).add(new RsaStatistics(10, 0.3, 21, 11))).isEmpty();
  }
}
