package org.rsavlm.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rsavlm.eval.alignment.LayerGrid;
import org.rsavlm.eval.result.SeedValues;
import org.rsavlm.eval.result.StageResult;
import org.rsavlm.train.measure.AnsweredQuestion;

class MeasuredStageTest {

  @TempDir Path directory;

  @Test
  void isReadAsItWasWrittenUndefinedScoresIncluded() {
    LayerGrid grid =
        new LayerGrid("rsa", List.of(List.of(0.1, Double.NaN), List.of(1 / 3.0, 2.0)), false);
    MeasuredStage stage =
        new MeasuredStage(
            new StageResult(
                "1.5",
                Map.of("lm_loss", SeedValues.of(0.7), "rsa_loss", SeedValues.of(Double.NaN)),
                grid),
            List.of(new AnsweredQuestion("q", Path.of("a.png"), "What?", "one", "two")),
            2.5);
    Path file = directory.resolve("measured.json");
    stage.write(file);
    assertThat(MeasuredStage.read(file)).isEqualTo(stage);
    assertThat(MeasuredStage.read(directory.resolve("none.json"))).isNull();
  }
}
