package org.rsavlm.train.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rsavlm.core.UserException;

class BatchLogTest {

  @TempDir Path dir;

  @Test
  void eachBatchIsALineBehindTheOthers() throws IOException {
    Path file = dir.resolve("run/batches.jsonl");
    try (BatchLog log = BatchLog.create(file)) {
      TrainingListener both = TrainingListener.both(step -> {}, log);
      both.onBatch("1.5", 1, List.of("b", "a"));
      both.onStep(MetricsLogTest.step(1, 0.5));
      assertThat(Files.readAllLines(file)).hasSize(1);
      both.onBatch("1.5", 2, List.of("say \"c\""));
    }
    assertThat(Files.readAllLines(file))
        .containsExactly(
            "{\"stage\":\"1.5\",\"step\":1,\"sample_ids\":[\"b\",\"a\"]}",
            "{\"stage\":\"1.5\",\"step\":2,\"sample_ids\":[\"say \\\"c\\\"\"]}");
  }

  @Test
  void aLogThatCantBeWrittenIsTheUsersToMend() throws IOException {
    Path file = Files.writeString(dir.resolve("file"), "");
    assertThatThrownBy(() -> BatchLog.create(file.resolve("batches.jsonl")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("can't be written");
  }
}
