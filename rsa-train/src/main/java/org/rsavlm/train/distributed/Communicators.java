package org.rsavlm.train.distributed;

import com.sun.jna.Pointer;
import java.util.Map;
import java.util.Objects;
import org.rsavlm.core.UserException;
import org.rsavlm.train.distributed.RankIdentity.Launcher;

/** Makes the communicator of this process. */
public final class Communicators {

  private Communicators() {}

  /** What a rank does between joining and leaving. */
  @FunctionalInterface
  public interface RankWork {
    /** Works; an exception ends the job on all ranks. */
    void run(Communicator communicator) throws Exception;
  }

  /**
   * Joins the ranks that the launcher started, or is alone where there was none. All ranks call it
   * once, before other collectives; it returns when all have come.
   *
   * @throws UserException if a library is missing or is not the launcher's
   */
  public static Communicator fromEnvironment(CommunicatorOptions options) {
    return join(RankIdentity.fromEnvironment(), System.getenv(), options);
  }

  /**
   * Runs a rank's work: leaves the job after success; ends it on all ranks after an exception,
   * which is passed on in a job of one rank.
   */
  public static void run(Communicator communicator, RankWork work) throws Exception {
    try {
      work.run(communicator);
    } catch (Exception | Error e) {
      if (communicator.world() > 1) {
        throw communicator.abort(e);
      }
      throw e;
    }
    communicator.finish();
  }

  private static Communicator join(
      RankIdentity identity, Map<String, String> environment, CommunicatorOptions options) {
    if (identity.world() == 1) {
      return Communicator.single();
    }
    if (identity.launcher() == Launcher.TORCHRUN) {
      return ncclAlone(identity, environment, options);
    }
    Transport control;
    try (HangGuard guard = new HangGuard(identity, options.deadline(), "MPI_Init")) {
      control = MpiTransport.join(identity, options.deadline());
    }
    RankCommunicator cpu = new RankCommunicator(identity, control, null);
    cpu.meet();
    if (options.gpu() == null) {
      return cpu;
    }
    NcclLibrary library = NcclLibrary.load();
    byte[] id = cpu.broadcast(cpu.isRoot() ? NcclId.create(library).bytes() : new byte[0], 0);
    return new RankCommunicator(identity, control, nccl(identity, library, id, options))
        .withHosts(cpu.hosts());
  }

  private static Communicator ncclAlone(
      RankIdentity identity, Map<String, String> environment, CommunicatorOptions options) {
    if (options.gpu() == null) {
      throw new UserException(
          "RANK",
          "and WORLD_SIZE ask for "
              + identity.world()
              + " ranks without MPI, which a run on the CPU needs",
          "start with mpirun or srun, or train on GPUs");
    }
    NcclLibrary library = NcclLibrary.load();
    IdExchange exchange = IdExchange.of(environment, options.deadline());
    byte[] id =
        identity.rank() == 0
            ? exchange.give(NcclId.create(library).bytes(), identity.world() - 1)
            : exchange.take(identity.rank());
    Transport device = nccl(identity, library, id, options);
    RankCommunicator communicator = new RankCommunicator(identity, device, device);
    communicator.meet();
    return communicator;
  }

  private static Transport nccl(
      RankIdentity identity, NcclLibrary library, byte[] id, CommunicatorOptions options) {
    int gpu = Objects.requireNonNull(options.gpu());
    CudaRuntime cuda = CudaRuntime.load();
    try (HangGuard guard = new HangGuard(identity, options.deadline(), "ncclCommInitRank")) {
      Pointer communicator = NcclTransport.join(identity, library, cuda, gpu, NcclId.of(id));
      return new NcclTransport(
          identity, library, cuda, gpu, communicator, DeviceStaging.on(gpu), options.deadline());
    }
  }
}
