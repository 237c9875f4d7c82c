package org.rsavlm.train.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real ranks under the mpirun of each family that the machine has. */
@ParameterizedClass
@ValueSource(strings = {"mpirun.openmpi", "mpirun.mpich"})
@Timeout(120)
class MpiRanksTest {

  private static final String SHORT = "4";

  private final String mpirun;

  MpiRanksTest(String mpirun) {
    this.mpirun = mpirun;
  }

  /** Values, sizes in pieces, 200 null checks beside the library's signals, and quiet waiting. */
  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  void everyCollectiveGivesTheRightValues(int ranks) throws Exception {
    RankJob job = RankJob.start(mpirun, ranks, Map.of(), "collectives");
    assertThat(job.end()).filteredOn(line -> line.contains(": passed with")).hasSize(ranks);
    assertThat(job.status()).isZero();
  }

  @Test
  void anExceptionOnOneRankEndsTheJobWithItsReason() throws Exception {
    RankJob job = RankJob.start(mpirun, 2, Map.of(), "throws");
    assertThat(lastLines(job.end()))
        .anyMatch(line -> line.matches("error: rank 1 on \\S+: .*sample cat-17: no pixels.*"));
    assertThat(job.status()).isEqualTo(1);
  }

  @Test
  void otherSettingsOnOneRankAreRefusedByName() throws Exception {
    RankJob job = RankJob.start(mpirun, 2, Map.of(), "differs");
    assertThat(lastLines(job.end()))
        .anyMatch(line -> line.contains("rank 1") && line.contains("recipe is 'abc' instead of"));
    assertThat(job.status()).isNotZero();
  }

  @ParameterizedTest
  @CsvSource({"KILL, 40", "STOP, 50"})
  void aLostRankEndsTheJob(String signal, int longestSeconds) throws Exception {
    RankJob job =
        RankJob.start(mpirun, 2, Map.of(CommunicatorOptions.DEADLINE_VARIABLE, SHORT), "hangs");
    String pid = job.after("1: pid ");
    long begun = System.nanoTime();
    signal(signal, pid);
    List<String> lines = job.end();
    assertThat((System.nanoTime() - begun) / 1e9).isLessThan(longestSeconds);
    assertThat(job.status()).isNotZero();
    if (signal.equals("STOP")) {
      assertThat(lastLines(lines))
          .anyMatch(
              line ->
                  line.matches(
                      "error: rank 0 on \\S+: waited .* s in all-reduce of 8 bytes \\(call \\d+\\):"
                          + " no answer from rank 1 on \\S+ .*"));
    } else {
      assertThat(String.join("\n", lastLines(lines))).containsIgnoringCase("kill");
    }
  }

  @Test
  void theLauncherFindsTheLastLinesAndTheStatus(@TempDir Path failures) throws Exception {
    String script =
        "rank=$OMPI_COMM_WORLD_RANK$PMI_RANK; [ $rank = 0 ] && exec sleep 20;"
            + " echo 'error: rank 1: no pixels' > $RSA_FAILURES/rank-1; exit 3";
    List<String> command = RankJob.mpirun(mpirun).command(2, List.of("sh", "-c", script));
    int status = RankLauncher.run(command, failures);
    assertThat(status).isEqualTo(3);
    assertThat(RankLauncher.lines(failures, status)).containsExactly("error: rank 1: no pixels");
  }

  private static void signal(String signal, String pid) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder("kill", "-" + signal, pid).start().waitFor()).isZero();
  }

  private static List<String> lastLines(List<String> lines) {
    return lines.subList(Math.max(0, lines.size() - 25), lines.size());
  }
}
