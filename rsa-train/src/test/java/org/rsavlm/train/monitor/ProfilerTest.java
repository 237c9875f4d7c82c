package org.rsavlm.train.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.rsavlm.train.monitor.StageProfile.Use;
import org.rsavlm.train.step.Phase;

class ProfilerTest {

  private final AtomicLong clock = new AtomicLong();

  private void pass(Profiler profiler, Phase phase, long millis) {
    profiler.enter(phase);
    clock.addAndGet(millis * 1_000_000);
  }

  @Test
  void timeGoesToThePhaseThatWasEnteredLast() {
    try (Profiler profiler = new Profiler(clock::get)) {
      for (int step = 0; step < 2; step++) {
        pass(profiler, Phase.DATA_WAIT, 100);
        pass(profiler, Phase.HEAD, 250);
        pass(profiler, Phase.OPTIMIZER, 50);
        pass(profiler, Phase.HEAD, 100);
      }
      StageProfile first = profiler.take("1");
      assertThat(first.steps()).isEqualTo(2);
      assertThat(first.seconds()).isCloseTo(1, within(1e-9));
      assertThat(first.phases().get(Phase.HEAD).seconds()).isCloseTo(0.7, within(1e-9));
      assertThat(first.phases()).doesNotContainKey(Phase.PROBE);
      pass(profiler, Phase.SAVING, 10);
      StageProfile second = profiler.take("2");
      assertThat(second.steps()).isZero();
      assertThat(second.seconds()).isCloseTo(0.01, within(1e-9));
    }
  }

  @Test
  void theTableLeavesOutWhatTookNoTime() {
    StageProfile profile =
        new StageProfile(
            "1.5",
            4,
            Map.of(
                Phase.HEAD, new Use(7.5, 2_000_000_000L),
                Phase.DATA_WAIT, new Use(2.5, 1_000_000_000L),
                Phase.SAVING, new Use(0.05, 0),
                Phase.LOGGING, new Use(0.001, 0)));
    assertThat(profile.toTable().lines())
        .containsExactly(
            "stage 1.5               seconds   share  ms a step    peak MB",
            "data wait                  2.50   24.9%     625.00       1000",
            "head and LM loss           7.50   74.6%    1875.00       2000",
            "saving                     0.05    0.5%      12.50          -",
            "all of 4 steps            10.05  100.0%    2512.75       2000");
    assertThat(profile.toJson().at("/phases/head/peak_resident_bytes").asLong())
        .isEqualTo(2_000_000_000L);
  }
}
