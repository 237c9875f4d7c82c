package org.rsavlm.train.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rsavlm.train.distributed.Communicator;
import org.rsavlm.train.distributed.RankProcesses;
import org.rsavlm.train.optim.RankedAdamW.Sharing;
import org.rsavlm.train.step.RankedStepMain.Deal;

/** Real ranks under mpirun take the steps that one rank takes, however samples are dealt out. */
@Timeout(120)
class RankedStepTest {

  @ParameterizedTest
  @CsvSource({
    "mpirun.openmpi,2,TURNS,SHARDED",
    "mpirun.mpich,2,TEXTS_APART,SHARDED",
    "mpirun.openmpi,3,ONE_EMPTY,REPLICATED",
    "mpirun.mpich,4,TEXTS_APART,REPLICATED",
    "mpirun.openmpi,2,NO_PAIRS_ON_ROOT,SHARDED"
  })
  void severalRanksDoWhatOneDoes(
      String mpirun, int ranks, Deal deal, Sharing sharing, @TempDir Path out) throws Exception {
    RankProcesses.run(
        mpirun, ranks, RankedStepMain.class, deal.name(), sharing.name(), out.toString());
    String first = Files.readString(out.resolve("rank-0"));
    for (int rank = 1; rank < ranks; rank++) {
      assertThat(Files.readString(out.resolve("rank-" + rank))).as("rank " + rank).isEqualTo(first);
    }
    List<String> expected =
        RankedStepMain.run(Communicator.single(), Deal.TURNS, sharing).lines().toList();
    List<String> actual = first.lines().toList();
    assertThat(actual).hasSameSizeAs(expected);
    for (int line = 0; line < actual.size(); line++) {
      double[] one = numbers(expected.get(line));
      double[] several = numbers(actual.get(line));
      for (int i = 0; i < one.length; i++) {
        // float64: what differs is the order of sums alone
        double bound = 1e-9 * Math.max(1, Math.abs(one[i]));
        assertThat(several[i]).as("line " + line).isCloseTo(one[i], within(bound));
      }
    }
  }

  private static double[] numbers(String line) {
    return Arrays.stream(line.strip().split(" ")).mapToDouble(Double::parseDouble).toArray();
  }
}
