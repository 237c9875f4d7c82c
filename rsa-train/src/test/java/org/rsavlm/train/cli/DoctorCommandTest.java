package org.rsavlm.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorCommandTest {

  private static final long GIB = 1L << 30;

  @Test
  void findsTheEngineAndAnswersInJson(@TempDir Path dir) throws IOException {
    CommandLineRun run =
        CommandLineRun.of("doctor", "--json", "--out", dir.resolve("a/b").toString());
    assertThat(run.status()).isZero();
    assertThat(run.out()).hasLineCount(1);
    assertThat(run.err()).contains("libtorch", "Training can run here.");
    JsonNode document = new JsonMapper().readTree(run.out());
    assertThat(document.get("usable").asBoolean()).isTrue();
    assertThat(document.get("findings").findValuesAsText("name"))
        .contains("java", "memory", "disk", "openmp", "libtorch", "devices", "arithmetic");
    assertThat(document.toString()).contains("2.7.1", "libdjl_torch");
  }

  @Test
  void withoutJsonLinesGoToStdout() {
    CommandLineRun run = CommandLineRun.of("doctor");
    assertThat(run.out())
        .contains("libtorch")
        .endsWith("Training can run here." + System.lineSeparator());
    assertThat(run.err()).isEmpty();
  }

  @Test
  void aDirectoryThatCantBeEndsWith2() {
    CommandLineRun run = CommandLineRun.of("doctor", "--out", "/etc/passwd/runs");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.out()).contains("missing  disk", "-> choose another directory with --out");
  }

  @Test
  void saysWhatToDo() {
    assertThat(MachineChecks.java(Runtime.Version.parse("11.0.2")).cure()).contains("JDK 17");
    assertThat(MachineChecks.platform("Mac OS X", "aarch64").cure())
        .contains("PYTORCH_LIBRARY_PATH");
    assertThat(MachineChecks.heap(GIB / 4, 16 * GIB).cure()).contains("raise the heap");
    assertThat(MachineChecks.heap(15 * GIB, 16 * GIB).cure()).contains("leave them room");
    assertThat(MachineChecks.heap(4 * GIB, 16 * GIB).state()).isEqualTo(CheckResult.State.OK);
    assertThat(MachineChecks.environment(Map.of("OMP_NUM_THREADS", "8"), 2))
        .extracting(CheckResult::name)
        .containsExactly("openmp", "openmp threads", "allocator");
    assertThat(openmp("1000")).isEqualTo(CheckResult.State.OK);
    assertThat(openmp("20000")).isEqualTo(CheckResult.State.WARNING);
    assertThat(openmp("infinite")).isEqualTo(CheckResult.State.WARNING);
  }

  private static CheckResult.State openmp(String spin) {
    Map<String, String> set = Map.of("OMP_WAIT_POLICY", "PASSIVE", "GOMP_SPINCOUNT", spin);
    return MachineChecks.environment(set, 2).get(0).state();
  }
}
