package org.rsavlm.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.rsavlm.train.monitor.ProbeMetrics;
import org.rsavlm.train.monitor.StepMetrics;

class TrainingProgressTest {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private final AtomicLong clock = new AtomicLong();

  @Test
  void elsewhereThanOnATerminalItPrintsALineEveryTenSeconds() {
    try (TrainingProgress progress = TrainingProgress.on(out, 0, clock::get)) {
      progress.onStageStart("1.5", 1, 100);
      for (int step = 1; step <= 100; step++) {
        clock.addAndGet(500_000_000L);
        progress.onStep(step(step, step < 50 ? 0.125 : Double.NaN));
      }
      progress.onStageEnd("1.5");
    }
    String[] lines = bytes.toString(StandardCharsets.UTF_8).split(System.lineSeparator());
    assertThat(lines[0])
        .isEqualTo(
            "stage 1.5  step 1/100  lm 2.500  rsa 0.1250  2000 tokens/s  2 skipped  50s left");
    assertThat(lines[1]).startsWith("stage 1.5  step 21/100  ");
    assertThat(lines[5])
        .isEqualTo("stage 1.5  step 100/100  lm 2.500  2000 tokens/s  2 skipped  0s left");
    assertThat(lines).hasSize(6);
  }

  @Test
  void theProbeSetHasALineOfItsOwnOrAPlaceInTheBar() {
    ProbeMetrics probe =
        new ProbeMetrics(
            "1.5",
            20,
            Map.of(
                "mutual_knn", 0.0425,
                "lm_loss", 0.75,
                "effective_rank_vision", 12.26,
                "effective_rank_text", 30.0),
            List.of(),
            null);
    try (TrainingProgress progress = TrainingProgress.on(out, 0, clock::get)) {
      progress.onStageStart("1.5", 1, 100);
      progress.onProbe(probe);
    }
    assertThat(bytes.toString(StandardCharsets.UTF_8).strip())
        .isEqualTo(
            "stage 1.5  step 20/100  probe set: lm 0.750  mutual-kNN 0.043  effective rank 12.3"
                + " vision, 30.0 text");
    bytes.reset();
    try (TrainingProgress progress = TrainingProgress.on(out, 140, clock::get)) {
      progress.onStageStart("1.5", 1, 100);
      progress.onProbe(probe);
      progress.onStep(step(21, 0.5));
    }
    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .contains("rsa 0.5000  mutual-kNN 0.043  2000 tokens/s")
        .doesNotContain("probe set");
  }

  @Test
  void onATerminalItDrawsABar() {
    try (TrainingProgress progress = TrainingProgress.on(out, 120, clock::get)) {
      progress.onStageStart("1", 1, 4);
      for (int step = 1; step <= 4; step++) {
        progress.onStep(step(step, 0.5));
      }
    }
    String text = bytes.toString(StandardCharsets.UTF_8);
    assertThat(text)
        .contains("\r", "stage 1", "100%", "4/4", "lm 2.500  rsa 0.5000  2000 tokens/s");
    assertThat(text.split("\r")).allMatch(line -> line.strip().length() < 120);
  }

  @Test
  void durationsHaveTwoUnits() {
    assertThat(TrainingProgress.duration(7)).isEqualTo("7s");
    assertThat(TrainingProgress.duration(80)).isEqualTo("1m 20s");
    assertThat(TrainingProgress.duration(7500)).isEqualTo("2h 05m");
    assertThat(TrainingProgress.duration(3 * 86_400 + 4 * 3600)).isEqualTo("3d 4h");
  }

  private static StepMetrics step(long step, double lossRsa) {
    return new StepMetrics(
        step, "1.5", 2.5, lossRsa, 2.5, Map.of(), 1, 64, 1000, 2, 0.5, 0.1, 0, Map.of());
  }
}
