package org.rsavlm.eval.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.rsavlm.eval.result.SeedValues;
import org.rsavlm.eval.result.StageResult;

class HeadlineTableTest {

  private static ArmResult arm(String key, double mutualKnn, double lmLoss) {
    Map<String, SeedValues> measures =
        Map.of("mutual_knn", SeedValues.of(mutualKnn), "lm_loss", SeedValues.of(lmLoss));
    return new ArmResult(key, key, List.of(new StageResult("1", measures, null)), List.of());
  }

  @Test
  void theDifferenceIsRsaLessTheBaseline() {
    String html =
        HeadlineTable.of(arm(ArmResult.BASELINE, 0.02, 0.65), arm(ArmResult.RSA, 0.05, 0.66));
    assertThat(html)
        .contains("<td class=\"num\">0.020</td><td class=\"num\">0.050</td>")
        .contains("<td class=\"num gain\">\u25B2 +0.030</td>")
        .contains("<td class=\"num loss\">\u25BC +0.010</td>");
  }
}
