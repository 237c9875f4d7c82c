package org.rsavlm.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.rsavlm.core.torch.TorchRuntime;
import org.rsavlm.train.config.Recipe;
import org.rsavlm.train.monitor.StepMetrics;

class LongRunMemoryTest {

  private static final int STEPS = 2000;

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "resident size is read from /proc")
  void twoThousandStepsKeepTheirResidentSize(@TempDir Path out) {
    Recipe recipe =
        SmallRecipe.on(
            SmallRecipe.data(out),
            "stages[1].max_steps=" + STEPS,
            "stages[1].batch_size=4",
            "stages[1].micro_batch_size=3",
            "stages[1].activation_checkpointing=true",
            "evaluation=null");
    List<Long> resident = new ArrayList<>();
    List<Long> peaks = new ArrayList<>();
    new TrainingRun(
            recipe.withStages(List.of(recipe.stage("1"))),
            new RunDirectory(out.resolve("run")),
            (StepMetrics metrics) -> {
              resident.add(TorchRuntime.residentBytes());
              peaks.add(metrics.peakMemoryBytes());
            },
            () -> false)
        .run();
    assertThat(resident).hasSize(STEPS);
    double early = median(resident.subList(STEPS / 2 - 200, STEPS / 2));
    double late = median(resident.subList(STEPS - 200, STEPS));
    assertThat(late).as("resident bytes, early " + early).isLessThan(1.02 * early);
    assertThat((double) peaks.get(STEPS - 1)).isLessThan(1.02 * peaks.get(STEPS / 2));
  }

  private static double median(List<Long> values) {
    return values.stream().mapToLong(v -> v).sorted().skip(values.size() / 2).findFirst().orElse(0);
  }
}
