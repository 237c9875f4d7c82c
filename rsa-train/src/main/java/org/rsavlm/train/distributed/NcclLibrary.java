package org.rsavlm.train.distributed;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import org.rsavlm.core.UserException;

/**
 * The functions of NCCL 2 that are used, by their C names. Statuses are 0 for success; {@code
 * size_t} is 64 bits wide on all machines that NCCL knows.
 */
interface NcclLibrary extends Library {

  /** Names a library to load instead of the usual one. */
  String VARIABLE = "RSA_NCCL_LIBRARY";

  /** Found by this name once libtorch's CUDA build has loaded it. */
  String NAME = "libnccl.so.2";

  /** ncclSuccess. */
  int SUCCESS = 0;

  /** ncclInProgress. */
  int IN_PROGRESS = 7;

  int ncclGetVersion(IntByReference version);

  int ncclGetUniqueId(NcclId id);

  int ncclCommInitRank(PointerByReference communicator, int world, NcclId.ByValue id, int rank);

  int ncclCommGetAsyncError(Pointer communicator, IntByReference error);

  int ncclCommAbort(Pointer communicator);

  int ncclCommDestroy(Pointer communicator);

  int ncclGroupStart();

  int ncclGroupEnd();

  int ncclAllReduce(
      Pointer send, Pointer receive, long count, int type, int op, Pointer comm, Pointer stream);

  int ncclBroadcast(
      Pointer send, Pointer receive, long count, int type, int root, Pointer comm, Pointer stream);

  int ncclReduceScatter(
      Pointer send, Pointer receive, long count, int type, int op, Pointer comm, Pointer stream);

  int ncclAllGather(
      Pointer send, Pointer receive, long count, int type, Pointer comm, Pointer stream);

  String ncclGetErrorString(int status);

  /**
   * Loads the library.
   *
   * @throws UserException if it is not found
   */
  static NcclLibrary load() {
    String wanted = System.getenv(VARIABLE);
    String name = wanted == null || wanted.isBlank() ? NAME : wanted;
    try {
      return Native.load(name, NcclLibrary.class);
    } catch (UnsatisfiedLinkError e) {
      throw new UserException(
          "NCCL",
          name + " not found",
          "install it (it comes with PyTorch for CUDA), add its folder to LD_LIBRARY_PATH, or set "
              + VARIABLE,
          e);
    }
  }

  /**
   * Throws what a status says, unless it is success. Static like all that isn't NCCL's: JNA wraps
   * what a default method throws.
   */
  static void check(NcclLibrary library, String call, int status) {
    if (status != SUCCESS) {
      throw new CommunicationException(
          call + ": " + library.ncclGetErrorString(status) + " (NCCL status " + status + ")");
    }
  }

  /** Returns the version, such as {@code 2.26.2}. */
  static String version(NcclLibrary library) {
    IntByReference code = new IntByReference();
    check(library, "ncclGetVersion", library.ncclGetVersion(code));
    int value = code.getValue();
    return value / 10_000 + "." + value / 100 % 100 + "." + value % 100;
  }
}
