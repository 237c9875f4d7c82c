package org.rsavlm.train.distributed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a main class of tests on several ranks under a real mpirun. */
public final class RankProcesses {

  private static final long SECONDS = 100;

  private RankProcesses() {}

  /** Runs it to its end, which must be a good one; skips the test, and says so, without mpirun. */
  public static void run(String mpirun, int ranks, Class<?> main, String... arguments)
      throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx512m");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(RankJob.mpirun(mpirun).command(ranks, command))
            .redirectErrorStream(true);
    builder.environment().put("OMP_NUM_THREADS", "1");
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("the job doesn't end: " + output);
    }
    assertThat(process.exitValue()).as(output).isZero();
  }
}
