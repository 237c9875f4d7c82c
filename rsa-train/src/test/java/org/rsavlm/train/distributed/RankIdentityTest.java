package org.rsavlm.train.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.rsavlm.core.UserException;
import org.rsavlm.train.distributed.RankIdentity.Launcher;

class RankIdentityTest {

  @Test
  void knowsEveryLauncher() {
    assertThat(
            RankIdentity.of(
                Map.of(
                    "OMPI_COMM_WORLD_RANK", "3",
                    "OMPI_COMM_WORLD_SIZE", "8",
                    "OMPI_COMM_WORLD_LOCAL_RANK", "1",
                    "HOSTNAME", "a")))
        .isEqualTo(new RankIdentity(3, 8, 1, "a", Launcher.OPEN_MPI));
    assertThat(
            RankIdentity.of(
                Map.of(
                    "PMI_RANK", "2",
                    "PMI_SIZE", "4",
                    "MPI_LOCALRANKID", "0",
                    "HOSTNAME", "a")))
        .isEqualTo(new RankIdentity(2, 4, 0, "a", Launcher.PMI));
    assertThat(
            RankIdentity.of(
                Map.of("RANK", "5", "WORLD_SIZE", "6", "LOCAL_RANK", "2", "HOSTNAME", "a")))
        .isEqualTo(new RankIdentity(5, 6, 2, "a", Launcher.TORCHRUN));
    assertThat(
            RankIdentity.of(
                Map.of(
                    "SLURM_PROCID", "7",
                    "SLURM_STEP_NUM_TASKS", "16",
                    "SLURM_LOCALID", "3",
                    "HOSTNAME", "a")))
        .isEqualTo(new RankIdentity(7, 16, 3, "a", Launcher.SLURM));
  }

  @Test
  void aBatchScriptWithoutSrunIsAlone() {
    RankIdentity identity = RankIdentity.of(Map.of("SLURM_PROCID", "0", "SLURM_NTASKS", "8"));
    assertThat(identity).isEqualTo(RankIdentity.alone());
  }

  @Test
  void srunWithPmiTellsTheLocalRank() {
    assertThat(
            RankIdentity.of(Map.of("PMI_RANK", "5", "PMI_SIZE", "8", "SLURM_LOCALID", "1"))
                .localRank())
        .isEqualTo(1);
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertThatThrownBy(() -> RankIdentity.of(Map.of("RANK", "8", "WORLD_SIZE", "8")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("RANK: is 8; it must be between 0 and 7");
    assertThatThrownBy(() -> RankIdentity.of(Map.of("RANK", "one", "WORLD_SIZE", "8")))
        .hasMessageContaining("RANK: 'one' is no number");
  }

  @Test
  void ranksThatSeeOneGpuUseIt() {
    RankIdentity third = new RankIdentity(3, 8, 3, "a", Launcher.SLURM);
    assertThat(third.gpu(4)).isEqualTo(3);
    assertThat(third.gpu(1)).isZero();
  }
}
