package org.rsavlm.train.distributed;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The requests of one collective's pieces, and the memory that MPI reads until they are done. */
final class MpiRequests {

  private final MpiLibrary library;
  private final Deque<Memory> open = new ArrayDeque<>();
  private final List<Memory> kept = new ArrayList<>();
  private final IntByReference flag = new IntByReference();

  MpiRequests(MpiLibrary library) {
    this.library = library;
  }

  /** Calls a non-blocking function, whose last argument is the place of its request. */
  void start(String function, Object... arguments) {
    Memory request = new Memory(Long.BYTES); // a pointer in Open MPI, an int in MPICH
    request.clear();
    Object[] all = new Object[arguments.length + 1];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    all[arguments.length] = request;
    library.call(function, all);
    open.add(request);
  }

  /** Makes an array of ints that stays until all is done. */
  Memory ints(int[] values) {
    Memory memory = new Memory((long) Integer.BYTES * values.length);
    memory.write(0, values, 0, values.length);
    kept.add(memory);
    return memory;
  }

  /** Brings all on, and tells whether they are done. */
  boolean test() {
    Pointer ignore = library.family().statusIgnore();
    while (!open.isEmpty()) {
      library.call("MPI_Test", open.element(), flag, ignore);
      if (flag.getValue() == 0) {
        return false;
      }
      open.remove();
    }
    return true;
  }
}
