package org.rsavlm.train.distributed;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;

/**
 * Who a rank is, as its launcher told it in environment variables.
 *
 * @param rank the number of this rank, from 0
 * @param world the number of ranks
 * @param localRank the number among the ranks of this machine, from 0
 * @param host the machine's name
 * @param launcher what the variables are from
 */
public record RankIdentity(int rank, int world, int localRank, String host, Launcher launcher) {

  /** Who starts ranks. */
  public enum Launcher {
    /** Nobody: one process. */
    NONE("", "", ""),
    /** Open MPI's mpirun, and what is made of it. */
    OPEN_MPI("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK"),
    /** Hydra, the mpirun of MPICH, Intel MPI and MVAPICH; and srun --mpi=pmi2. */
    PMI("PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID"),
    /** torchrun, Kubernetes' PyTorchJob, or ours without MPI. */
    TORCHRUN("RANK", "WORLD_SIZE", "LOCAL_RANK"),
    /** srun. The number of tasks is the step's: a batch script alone has that of the job. */
    SLURM("SLURM_PROCID", "SLURM_STEP_NUM_TASKS", "SLURM_LOCALID");

    private final String rank;
    private final String world;
    private final String local;

    Launcher(String rank, String world, String local) {
      this.rank = rank;
      this.world = world;
      this.local = local;
    }
  }

  /** Checks the numbers. */
  public RankIdentity {
    if (world < 1 || rank < 0 || rank >= world || localRank < 0 || localRank >= world) {
      throw new IllegalArgumentException(
          "rank %d, local rank %d of %d ranks".formatted(rank, localRank, world));
    }
  }

  /** Returns the identity of a process that is alone. */
  public static RankIdentity alone() {
    return new RankIdentity(0, 1, 0, "localhost", Launcher.NONE);
  }

  /** Returns what the variables of this process say. */
  public static RankIdentity fromEnvironment() {
    return of(System.getenv());
  }

  /**
   * Returns what variables say; a process without any is alone.
   *
   * @throws org.rsavlm.core.UserException if they contradict each other
   */
  static RankIdentity of(Map<String, String> environment) {
    for (Launcher launcher : Launcher.values()) {
      if (launcher != Launcher.NONE
          && environment.containsKey(launcher.rank)
          && environment.containsKey(launcher.world)) {
        return of(environment, launcher);
      }
    }
    return alone();
  }

  private static RankIdentity of(Map<String, String> environment, Launcher launcher) {
    Variables variables = new Variables(environment);
    int world = variables.number(launcher.world, 1, Integer.MAX_VALUE);
    int rank = variables.number(launcher.rank, 0, world - 1);
    String local = launcher.local;
    if (!environment.containsKey(local) && environment.containsKey("SLURM_LOCALID")) {
      local = "SLURM_LOCALID"; // srun --mpi=pmi2 sets no MPI_LOCALRANKID
    }
    // Without any the ranks are taken to be one a machine, as PyTorchJob starts them.
    int localRank = environment.containsKey(local) ? variables.number(local, 0, world - 1) : 0;
    return new RankIdentity(rank, world, localRank, host(environment), launcher);
  }

  /** Returns the number of this rank's GPU, where its machine shows it {@code gpus} of them. */
  public int gpu(int gpus) {
    if (gpus < 1) {
      throw new IllegalArgumentException("no GPU to choose");
    }
    // A batch system may show each rank its own GPU alone: then it is number 0 for all.
    return localRank % gpus;
  }

  /** The rank and its machine, for messages. */
  @Override
  public String toString() {
    return "rank " + rank + " on " + host;
  }

  private static String host(Map<String, String> environment) {
    String name = environment.get("HOSTNAME");
    if (name != null && !name.isBlank()) {
      return name;
    }
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown host";
    }
  }
}
