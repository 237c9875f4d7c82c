package org.rsavlm.train.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rsavlm.core.UserException;

class RankLauncherTest {

  private static final List<String> COMMAND = List.of("/rsa", "train");

  @Test
  void eachRankGetsTheSameCommandLineWithoutTheOption() {
    assertThat(
            RankLauncher.rankCommand(
                Path.of("/home"), List.of("train", "--ranks", "8", "--set", "seed=1")))
        .containsExactly("/home/scripts/rsa", "train", "--set", "seed=1");
    assertThat(RankLauncher.rankCommand(Path.of("/home"), List.of("train", "--ranks=8")))
        .containsExactly("/home/scripts/rsa", "train");
  }

  @Test
  void openMpiIsToldNotToBindRanksToCores() {
    assertThat(new Mpirun("mpirun", "mpirun (Open MPI) 4.1.4", 8, false).command(2, COMMAND))
        .containsExactly("mpirun", "--bind-to", "none", "-np", "2", "/rsa", "train");
    assertThat(new Mpirun("mpirun", "mpirun (Open MPI) 4.1.4", 1, true).command(2, COMMAND))
        .contains("--oversubscribe", "--allow-run-as-root");
    assertThat(new Mpirun("mpirun", "HYDRA build details:", 1, true).command(2, COMMAND))
        .containsExactly("mpirun", "-np", "2", "/rsa", "train");
  }

  @Test
  void saysWhatToInstall() {
    assertThatThrownBy(() -> Mpirun.find("/nowhere/mpirun"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("/nowhere/mpirun: not found")
        .hasMessageContaining("install openmpi-bin or mpich");
    assertThatThrownBy(() -> MpiLibrary.load(List.of("libnowhere.so.1", "libnowhere.so.2")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("tried libnowhere.so.1, libnowhere.so.2")
        .hasMessageContaining("install Open MPI (openmpi-bin) or MPICH (mpich)");
  }

  @Test
  void ranksOnGpusKnowWhoTheyAre(@TempDir Path dir) throws Exception {
    String script = "echo $RANK $WORLD_SIZE $LOCAL_RANK $MASTER_ADDR > " + dir + "/$RANK";
    assertThat(RankLauncher.launch(3, true, List.of("sh", "-c", script), line -> {})).isZero();
    for (int rank = 0; rank < 3; rank++) {
      assertThat(dir.resolve("" + rank)).hasContent(rank + " 3 " + rank + " 127.0.0.1\n");
    }
  }

  @Test
  void aRankThatFailsEndsTheOthersAndHasTheLastWord() throws Exception {
    String script =
        "if [ $RANK = 1 ]; then echo 'error: rank 1: no pixels' > $RSA_FAILURES/rank-1; exit 3; fi;"
            + " exec sleep 100";
    List<String> last = new ArrayList<>();
    long begun = System.nanoTime();
    assertThat(RankLauncher.launch(3, true, List.of("sh", "-c", script), last::add)).isEqualTo(3);
    assertThat((System.nanoTime() - begun) / 1e9).isLessThan(20);
    assertThat(last).containsExactly("error: rank 1: no pixels");
  }

  @Test
  void aSignalIsTold(@TempDir Path dir) throws Exception {
    assertThat(RankLauncher.lines(dir, 137).get(0)).contains("signal 9", "out of memory");
    assertThat(RankLauncher.lines(dir, 2).get(0)).contains("status 2");
    Files.writeString(dir.resolve("rank-0"), "error: rank 0: x\n");
    assertThat(RankLauncher.lines(dir, 1)).containsExactly("error: rank 0: x");
  }

  @Test
  void theLaunchersOwnLibraryIsTriedFirst() {
    assertThat(MpiLibrary.names(RankIdentity.Launcher.OPEN_MPI, null)).startsWith("libmpi.so.40");
    assertThat(MpiLibrary.names(RankIdentity.Launcher.PMI, "")).startsWith("libmpich.so.12");
    assertThat(MpiLibrary.names(RankIdentity.Launcher.SLURM, null)).startsWith("libmpi.so");
    assertThat(MpiLibrary.names(RankIdentity.Launcher.SLURM, "/x.so")).containsExactly("/x.so");
  }
}
