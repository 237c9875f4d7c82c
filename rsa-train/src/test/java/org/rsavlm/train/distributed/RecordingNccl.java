package org.rsavlm.train.distributed;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import java.util.ArrayList;
import java.util.List;

/** NCCL and CUDA's runtime for a machine without a GPU: notes each call, moves nothing. */
final class RecordingNccl implements NcclLibrary, CudaRuntime {

  final Pointer communicator = new Memory(8);
  int asyncError;
  int eventStatus;
  byte[] idOfJoin = {};
  private final List<String> calls = new ArrayList<>();

  /** The calls since the last time. */
  List<String> calls() {
    List<String> made = List.copyOf(calls);
    calls.clear();
    return made;
  }

  private int note(String call, Object... arguments) {
    List<String> words = new ArrayList<>();
    for (Object argument : arguments) {
      words.add(String.valueOf(argument));
    }
    calls.add(call + "(" + String.join(" ", words) + ")");
    return SUCCESS;
  }

  private String name(Pointer stream, Pointer comm) {
    return stream == Pointer.NULL && communicator.equals(comm) ? "default-stream" : "elsewhere";
  }

  @Override
  public int ncclGetVersion(IntByReference version) {
    version.setValue(22602);
    return SUCCESS;
  }

  @Override
  public int ncclGetUniqueId(NcclId id) {
    id.internal[0] = 42;
    return note("id");
  }

  @Override
  public int ncclCommInitRank(PointerByReference comm, int world, NcclId.ByValue id, int rank) {
    comm.setValue(communicator);
    idOfJoin = id.bytes();
    return note("join", world, rank);
  }

  @Override
  public int ncclCommGetAsyncError(Pointer comm, IntByReference error) {
    error.setValue(asyncError);
    return SUCCESS; // asked by the watch at any time: not noted
  }

  @Override
  public int ncclCommAbort(Pointer comm) {
    return note("abort");
  }

  @Override
  public int ncclCommDestroy(Pointer comm) {
    return note("destroy");
  }

  @Override
  public int ncclGroupStart() {
    return note("group");
  }

  @Override
  public int ncclGroupEnd() {
    return note("end");
  }

  @Override
  public int ncclAllReduce(
      Pointer send, Pointer receive, long count, int type, int op, Pointer comm, Pointer stream) {
    boolean inPlace = send.equals(receive);
    return note("all-reduce", inPlace ? "in-place" : "", count, type, op, name(stream, comm));
  }

  @Override
  public int ncclBroadcast(
      Pointer send, Pointer receive, long count, int type, int root, Pointer comm, Pointer stream) {
    boolean inPlace = send.equals(receive);
    return note("broadcast", inPlace ? "in-place" : "copy", count, type, root, name(stream, comm));
  }

  @Override
  public int ncclReduceScatter(
      Pointer send, Pointer receive, long count, int type, int op, Pointer comm, Pointer stream) {
    return note("reduce-scatter", count, type, op, name(stream, comm));
  }

  @Override
  public int ncclAllGather(
      Pointer send, Pointer receive, long count, int type, Pointer comm, Pointer stream) {
    return note("all-gather", count, type, name(stream, comm));
  }

  @Override
  public String ncclGetErrorString(int status) {
    return "stub's error";
  }

  @Override
  public int cudaSetDevice(int device) {
    return Thread.currentThread().getName().equals("nccl-watch") ? 0 : note("device", device);
  }

  @Override
  public int cudaEventCreateWithFlags(PointerByReference event, int flags) {
    event.setValue(new Memory(8));
    return SUCCESS;
  }

  @Override
  public int cudaEventRecord(Pointer event, Pointer stream) {
    return note("event");
  }

  @Override
  public int cudaEventQuery(Pointer event) {
    return eventStatus;
  }

  @Override
  public int cudaEventDestroy(Pointer event) {
    return SUCCESS;
  }

  @Override
  public String cudaGetErrorString(int status) {
    return "stub's error";
  }
}
