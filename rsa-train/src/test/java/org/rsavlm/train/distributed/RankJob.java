package org.rsavlm.train.distributed;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.rsavlm.core.UserException;

/** {@link RankMain} on several ranks under a real mpirun. */
final class RankJob {

  private final Process process;
  private final BufferedReader output;
  private final List<String> lines = new ArrayList<>();

  private RankJob(Process process) {
    this.process = process;
    this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
  }

  /** Starts a scene; skips the test, and says so, where there is no such mpirun. */
  static RankJob start(String program, int ranks, Map<String, String> more, String scene)
      throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> command =
        List.of(
            java,
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-Xbatch", // what is called often is compiled then
            "-cp",
            System.getProperty("java.class.path"),
            RankMain.class.getName(),
            scene);
    ProcessBuilder builder = new ProcessBuilder(mpirun(program).command(ranks, command));
    builder.environment().put("OMP_NUM_THREADS", "1");
    builder.environment().putAll(more);
    return new RankJob(builder.redirectErrorStream(true).start());
  }

  /** Finds a program, or skips the test. */
  static Mpirun mpirun(String program) {
    Mpirun mpirun = null;
    try {
      mpirun = Mpirun.find(program);
    } catch (UserException e) {
      System.out.println("MpiRanksTest skips: " + e.getMessage());
      Assumptions.abort(e.getMessage());
    }
    return Objects.requireNonNull(mpirun);
  }

  /** Reads on until a line that begins so, and returns what follows there. */
  String after(String beginning) throws IOException {
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      lines.add(line);
      if (line.startsWith(beginning)) {
        return line.substring(beginning.length());
      }
    }
    throw new AssertionError("no line begins with '" + beginning + "' in " + lines);
  }

  /** Waits for the end and returns all that was printed. */
  List<String> end() throws IOException, InterruptedException {
    output.lines().forEach(lines::add);
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("the job doesn't end: " + lines);
    }
    return lines;
  }

  int status() {
    return process.exitValue();
  }
}
