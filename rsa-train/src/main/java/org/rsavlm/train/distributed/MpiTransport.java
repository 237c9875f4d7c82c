package org.rsavlm.train.distributed;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.rsavlm.core.UserException;

/**
 * MPI on host memory, by non-blocking collectives of the world communicator. A lock lets one thread
 * in at a time, for the length of one MPI call.
 */
final class MpiTransport implements Transport {

  private static final int THREAD_SERIALIZED = 2;

  /** Counts are ints in MPI, and libraries multiply them: larger ones go in pieces. */
  private static final long PIECE = 1L << 30;

  private final RankIdentity identity;
  private final MpiLibrary library;
  private final MpiFamily family;
  private final Duration deadline;
  private final MpiPieces pieces;
  private final RollCall rollCall;
  private final ReentrantLock lock = new ReentrantLock();
  private long calls;

  private MpiTransport(RankIdentity identity, MpiLibrary library, Duration deadline, long piece) {
    this.identity = identity;
    this.library = library;
    this.family = library.family();
    this.deadline = deadline;
    this.pieces = new MpiPieces(family, identity, piece);
    this.rollCall = new RollCall(library, identity);
  }

  /** Loads the library and joins the ranks. */
  static MpiTransport join(RankIdentity identity, Duration deadline) {
    MpiLibrary library = MpiLibrary.load(identity.launcher());
    IntByReference provided = new IntByReference();
    library.call("MPI_Init_thread", Pointer.NULL, Pointer.NULL, THREAD_SERIALIZED, provided);
    if (provided.getValue() < THREAD_SERIALIZED) {
      throw new UserException(
          library.fileName(),
          "was built without support for threads",
          "use another build of " + library.family().name());
    }
    library.call("MPI_Comm_set_errhandler", library.family().world(), errorsReturn(library));
    int world = library.number("MPI_Comm_size");
    int rank = library.number("MPI_Comm_rank");
    if (world != identity.world() || rank != identity.rank()) {
      throw new UserException(
          library.fileName(),
          "(%s) takes this process for rank %d of %d, its launcher for rank %d of %d"
              .formatted(library.family().name(), rank, world, identity.rank(), identity.world()),
          "use the mpirun of the same MPI, srun with the --mpi it needs, or set "
              + MpiLibrary.VARIABLE);
    }
    return new MpiTransport(identity, library, deadline, PIECE);
  }

  /** The same ranks with pieces of another size, to try them on small arrays. */
  MpiTransport withPiece(long piece) {
    return new MpiTransport(identity, library, deadline, piece);
  }

  private static Object errorsReturn(MpiLibrary library) {
    return library.family().errorsReturn();
  }

  @Override
  public String name() {
    return library.version();
  }

  @Override
  public boolean sums(ElementType type) {
    return type != ElementType.BFLOAT16;
  }

  @Override
  public Staging stage(long bytes) {
    return new Staging.Host(bytes);
  }

  @Override
  public Operation barrier() {
    return start(Collective.BARRIER, "", pieces::barrier);
  }

  @Override
  public Operation broadcast(Pointer buffer, long bytes, int root) {
    return start(
        Collective.BROADCAST,
        size(bytes),
        requests -> pieces.broadcast(requests, buffer, bytes, root));
  }

  @Override
  public Operation allReduce(Pointer buffer, long count, ElementType type, Reduction how) {
    return start(
        Collective.ALL_REDUCE,
        size(count * type.bytes()),
        requests -> pieces.allReduce(requests, buffer, count, type, how));
  }

  @Override
  public Operation reduceScatter(Pointer whole, Pointer part, long count, ElementType type) {
    return start(
        Collective.REDUCE_SCATTER,
        size(count * identity.world() * type.bytes()),
        requests -> pieces.reduceScatter(requests, whole, part, count, type));
  }

  @Override
  public Operation allGather(Pointer part, Pointer whole, long bytes) {
    long[] all = new long[identity.world()];
    Arrays.fill(all, bytes);
    return start(
        Collective.ALL_GATHER,
        size(bytes * identity.world()),
        requests -> pieces.allGather(requests, part, whole, all));
  }

  @Override
  public Operation allGatherUneven(Pointer part, Pointer whole, long[] bytes) {
    return start(
        Collective.ALL_GATHER,
        size(Arrays.stream(bytes).sum()),
        requests -> pieces.allGather(requests, part, whole, bytes));
  }

  private static String size(long bytes) {
    return " of " + bytes + " bytes";
  }

  private interface Start {
    void into(MpiRequests requests);
  }

  private Operation start(Collective kind, String size, Start start) {
    lock.lock();
    try {
      MpiRequests requests = new MpiRequests(library);
      start.into(requests);
      return new MpiOperation(this, requests, kind, kind + size, ++calls);
    } finally {
      lock.unlock();
    }
  }

  /** Brings a collective on; {@code waiting} also answers a rank that asks where this one is. */
  boolean test(MpiOperation operation, boolean waiting) {
    lock.lock();
    try {
      if (waiting) {
        rollCall.answer(operation.kind(), operation.number());
      }
      return operation.requests().test();
    } finally {
      lock.unlock();
    }
  }

  Duration deadline() {
    return deadline;
  }

  /** Ends the job because a collective took too long. */
  CommunicationException expired(MpiOperation operation, Duration waited) {
    String others;
    lock.lock();
    try {
      others = rollCall.ask(operation.kind(), operation.number());
    } finally {
      lock.unlock();
    }
    FailureReport.write(
        identity,
        "waited %s in %s (call %d): %s"
            .formatted(Waits.seconds(waited), operation.label(), operation.number(), others));
    return end(FailureReport.STATUS);
  }

  @Override
  public void hosts(String[] hosts) {
    rollCall.hosts(hosts);
  }

  @Override
  public CommunicationException end(int status) {
    try {
      // A thread that hangs in MPI must not keep this one from ending the job.
      boolean mine = lock.tryLock(2, TimeUnit.SECONDS);
      library.tryCall("MPI_Abort", family.world(), status);
      if (mine) {
        lock.unlock();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(status);
    return new CommunicationException("ended");
  }

  @Override
  public void finish() {
    try (HangGuard guard = new HangGuard(identity, deadline, "MPI_Finalize")) {
      lock.lock();
      try {
        library.call("MPI_Finalize");
      } finally {
        lock.unlock();
      }
    }
  }
}
