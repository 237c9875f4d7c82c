package org.rsavlm.train.distributed;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.LongFunction;

/**
 * NCCL on device memory, given to torch's default stream (the NULL stream), so that a collective
 * comes after what torch was asked before it, and before what it is asked later.
 */
final class NcclTransport implements Transport {

  /** torch's default stream. */
  private static final Pointer STREAM = Pointer.NULL;

  private final RankIdentity identity;
  private final NcclLibrary library;
  private final CudaRuntime cuda;
  private final int gpu;
  private final Pointer communicator;
  private final LongFunction<Staging> staging;
  private final NcclWatch watch;

  /**
   * Wraps a communicator that has been joined.
   *
   * @param staging makes device memory for values of the host
   */
  NcclTransport(
      RankIdentity identity,
      NcclLibrary library,
      CudaRuntime cuda,
      int gpu,
      Pointer communicator,
      LongFunction<Staging> staging,
      Duration deadline) {
    this.identity = identity;
    this.library = library;
    this.cuda = cuda;
    this.gpu = gpu;
    this.communicator = communicator;
    this.staging = staging;
    this.watch = new NcclWatch(identity, library, cuda, gpu, communicator, deadline);
  }

  /** Joins the ranks on a device; returns when all have come. */
  static Pointer join(
      RankIdentity identity, NcclLibrary library, CudaRuntime cuda, int gpu, NcclId.ByValue id) {
    CudaRuntime.check(cuda, "cudaSetDevice(" + gpu + ")", cuda.cudaSetDevice(gpu));
    PointerByReference communicator = new PointerByReference();
    NcclLibrary.check(
        library,
        "ncclCommInitRank",
        library.ncclCommInitRank(communicator, identity.world(), id, identity.rank()));
    return communicator.getValue();
  }

  @Override
  public String name() {
    return "NCCL " + NcclLibrary.version(library);
  }

  @Override
  public boolean sums(ElementType type) {
    return true;
  }

  @Override
  public Staging stage(long bytes) {
    return staging.apply(bytes);
  }

  @Override
  public Operation barrier() {
    Staging one = stage(Long.BYTES);
    one.write(0, new byte[Long.BYTES]);
    Operation sum = allReduce(one.pointer(), 1, ElementType.INT64, Reduction.SUM);
    return new NcclBarrier(sum, one);
  }

  @Override
  public Operation broadcast(Pointer buffer, long bytes, int root) {
    return start(
        Collective.BROADCAST,
        bytes,
        () ->
            check(
                "ncclBroadcast",
                library.ncclBroadcast(
                    buffer, buffer, bytes, ElementType.BYTE.nccl(), root, communicator, STREAM)));
  }

  @Override
  public Operation allReduce(Pointer buffer, long count, ElementType type, Reduction how) {
    return start(
        Collective.ALL_REDUCE,
        count * type.bytes(),
        () ->
            check(
                "ncclAllReduce",
                library.ncclAllReduce(
                    buffer, buffer, count, type.nccl(), how.nccl(), communicator, STREAM)));
  }

  @Override
  public Operation reduceScatter(Pointer whole, Pointer part, long count, ElementType type) {
    return start(
        Collective.REDUCE_SCATTER,
        count * type.bytes() * identity.world(),
        () ->
            check(
                "ncclReduceScatter",
                library.ncclReduceScatter(
                    whole, part, count, type.nccl(), Reduction.SUM.nccl(), communicator, STREAM)));
  }

  @Override
  public Operation allGather(Pointer part, Pointer whole, long bytes) {
    return start(
        Collective.ALL_GATHER,
        bytes * identity.world(),
        () ->
            check(
                "ncclAllGather",
                library.ncclAllGather(
                    part, whole, bytes, ElementType.BYTE.nccl(), communicator, STREAM)));
  }

  /** NCCL has no such collective: a group of broadcasts, which it runs as one. */
  @Override
  public Operation allGatherUneven(Pointer part, Pointer whole, long[] bytes) {
    long sum = Arrays.stream(bytes).sum();
    return start(
        Collective.ALL_GATHER,
        sum,
        () -> {
          check("ncclGroupStart", library.ncclGroupStart());
          long offset = 0;
          for (int root = 0; root < bytes.length; root++) {
            if (bytes[root] > 0) {
              Pointer place = whole.share(offset);
              check(
                  "ncclBroadcast",
                  library.ncclBroadcast(
                      root == identity.rank() ? part : place,
                      place,
                      bytes[root],
                      ElementType.BYTE.nccl(),
                      root,
                      communicator,
                      STREAM));
              offset += bytes[root];
            }
          }
          check("ncclGroupEnd", library.ncclGroupEnd());
        });
  }

  /** Gives a collective to the stream, and an event behind it. */
  private Operation start(Collective kind, long bytes, Runnable call) {
    CudaRuntime.check(cuda, "cudaSetDevice", cuda.cudaSetDevice(gpu)); // it is the calling thread's
    if (bytes > 0) {
      call.run();
    }
    PointerByReference event = new PointerByReference();
    CudaRuntime.check(
        cuda, "cudaEventCreate", cuda.cudaEventCreateWithFlags(event, CudaRuntime.WITHOUT_TIMING));
    CudaRuntime.check(cuda, "cudaEventRecord", cuda.cudaEventRecord(event.getValue(), STREAM));
    return watch.add(event.getValue(), kind + " of " + bytes + " bytes");
  }

  private void check(String call, int status) {
    NcclLibrary.check(library, call, status);
  }

  @Override
  public void hosts(String[] hosts) {
    // Who is missing can't be asked without MPI.
  }

  @Override
  public CommunicationException end(int status) {
    // No ncclCommAbort: it may wait for the device. The others' deadlines end them.
    Runtime.getRuntime().halt(status);
    return new CommunicationException("ended");
  }

  @Override
  public void finish() {
    watch.close();
    try (HangGuard guard = new HangGuard(identity, watch.deadline(), "ncclCommDestroy")) {
      check("ncclCommDestroy", library.ncclCommDestroy(communicator));
    }
  }
}
