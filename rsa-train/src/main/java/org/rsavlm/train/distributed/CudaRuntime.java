package org.rsavlm.train.distributed;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import org.rsavlm.core.UserException;

/** What CUDA's runtime is asked for: the thread's device, and events that tell what is done. */
interface CudaRuntime extends Library {

  /** cudaErrorNotReady. */
  int NOT_READY = 600;

  /** cudaEventDisableTiming. */
  int WITHOUT_TIMING = 2;

  int cudaSetDevice(int device);

  int cudaEventCreateWithFlags(PointerByReference event, int flags);

  int cudaEventRecord(Pointer event, Pointer stream);

  int cudaEventQuery(Pointer event);

  int cudaEventDestroy(Pointer event);

  String cudaGetErrorString(int status);

  /**
   * Loads the library, which libtorch's CUDA build has loaded already.
   *
   * @throws UserException if it is not found
   */
  static CudaRuntime load() {
    for (String name : new String[] {"libcudart.so.12", "libcudart.so.13", "libcudart.so"}) {
      try {
        return Native.load(name, CudaRuntime.class);
      } catch (UnsatisfiedLinkError e) {
        // The next name may be there.
      }
    }
    throw new UserException(
        "CUDA", "libcudart.so.12 not found", "see docs/gpu.md for a CUDA build of libtorch");
  }

  /** Throws what a status says, unless it is success; static as {@link NcclLibrary#check}. */
  static void check(CudaRuntime cuda, String call, int status) {
    if (status != 0) {
      throw new CommunicationException(
          call + ": " + cuda.cudaGetErrorString(status) + " (CUDA status " + status + ")");
    }
  }
}
