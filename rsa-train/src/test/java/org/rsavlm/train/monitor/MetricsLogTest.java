package org.rsavlm.train.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rsavlm.core.UserException;

class MetricsLogTest {

  @TempDir Path dir;

  static StepMetrics step(long step, double lossRsa) {
    return new StepMetrics(
        step,
        "1.5",
        2.5,
        lossRsa,
        2.75,
        Map.of("vision", 2e-6, "projector", 1e-5),
        Double.POSITIVE_INFINITY,
        64,
        1000,
        3,
        0.5,
        0.125,
        123_456_789_012L,
        Map.of("mean_distance_vision", 10.5, "effective_rank_text", Double.NaN));
  }

  @Test
  void eachStepIsALineThatIsThereAtOnce() throws IOException {
    Path file = dir.resolve("run/metrics.jsonl");
    try (MetricsLog log = MetricsLog.append(file)) {
      log.onStep(step(1, 0.25));
      assertThat(Files.readAllLines(file)).hasSize(1);
      log.onStep(step(2, Double.NaN));
      assertThat(Files.readAllLines(file)).hasSize(2);
    }
    try (MetricsLog log = MetricsLog.append(file)) {
      log.onStep(step(3, 0));
    }
    List<String> lines = Files.readAllLines(file);
    assertThat(lines).hasSize(3);
    assertThat(lines.get(1))
        .isEqualTo(
            "{\"step\":2,\"stage\":\"1.5\",\"loss_lm\":2.5,\"loss_rsa\":null,\"loss\":2.75,"
                + "\"lr\":{\"projector\":1.0E-5,\"vision\":2.0E-6},\"grad_norm\":null,"
                + "\"samples\":64,\"tokens\":1000,\"skipped\":3,\"seconds\":0.5,\"data_seconds\":0.125,"
                + "\"tokens_per_second\":2000.0,\"peak_memory_bytes\":123456789012,"
                + "\"rsa\":{\"effective_rank_text\":null,\"mean_distance_vision\":10.5}}");
    JsonNode first = new JsonMapper().readTree(lines.get(0));
    assertThat(first.get("loss_rsa").doubleValue()).isEqualTo(0.25);
  }

  @Test
  void aLogThatCantBeWrittenIsTheUsersToMend() throws IOException {
    Path file = Files.writeString(dir.resolve("file"), "");
    assertThatThrownBy(() -> MetricsLog.append(file.resolve("metrics.jsonl")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("can't be written");
  }
}
