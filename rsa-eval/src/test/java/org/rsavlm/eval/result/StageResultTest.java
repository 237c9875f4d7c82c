package org.rsavlm.eval.result;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StageResultTest {

  /** A mean over fewer seeds than the other arm's would be taken for one over all. */
  @Test
  void aMeasureThatASeedLacksIsLeftOut() {
    StageResult whole =
        new StageResult(
            "2", Map.of("lm_loss", SeedValues.of(1), "qa_accuracy", SeedValues.of(0.5)), null);
    StageResult part = new StageResult("2", Map.of("lm_loss", SeedValues.of(3)), null);
    for (List<StageResult> seeds : List.of(List.of(whole, part), List.of(part, whole))) {
      assertThat(StageResult.merge(seeds).measures()).containsOnlyKeys("lm_loss");
      assertThat(StageResult.merge(seeds).measures().get("lm_loss").mean()).isEqualTo(2);
    }
  }
}
