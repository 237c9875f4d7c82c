package org.rsavlm.train.distributed;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.util.Map;

/**
 * What differs between MPI libraries in compiled code: a handle is a pointer to a variable of the
 * library in Open MPI, and a number in MPICH and all that keep its ABI (Intel MPI, MVAPICH, Cray).
 *
 * @param name for messages
 * @param world MPI_COMM_WORLD
 * @param errorsReturn MPI_ERRORS_RETURN
 * @param types by element type
 * @param operators by reduction
 * @param inPlace MPI_IN_PLACE
 * @param statusIgnore MPI_STATUS_IGNORE
 * @param anySource MPI_ANY_SOURCE
 * @param sourceOffset where a status holds the sender
 */
record MpiFamily(
    String name,
    Object world,
    Object errorsReturn,
    Map<ElementType, Object> types,
    Map<Reduction, Object> operators,
    Pointer inPlace,
    Pointer statusIgnore,
    int anySource,
    int sourceOffset) {

  /** Tells the family of a loaded library by whether it has Open MPI's variables. */
  static MpiFamily of(NativeLibrary library) {
    try {
      library.getGlobalVariableAddress("ompi_mpi_comm_world");
    } catch (UnsatisfiedLinkError e) {
      return mpich();
    }
    return openMpi(library);
  }

  private static MpiFamily openMpi(NativeLibrary library) {
    return new MpiFamily(
        "Open MPI",
        library.getGlobalVariableAddress("ompi_mpi_comm_world"),
        library.getGlobalVariableAddress("ompi_mpi_errors_return"),
        Map.of(
            ElementType.BYTE, library.getGlobalVariableAddress("ompi_mpi_byte"),
            ElementType.INT64, library.getGlobalVariableAddress("ompi_mpi_int64_t"),
            ElementType.FLOAT32, library.getGlobalVariableAddress("ompi_mpi_float"),
            ElementType.FLOAT64, library.getGlobalVariableAddress("ompi_mpi_double")),
        Map.of(
            Reduction.SUM, library.getGlobalVariableAddress("ompi_mpi_op_sum"),
            Reduction.MAX, library.getGlobalVariableAddress("ompi_mpi_op_max"),
            Reduction.MIN, library.getGlobalVariableAddress("ompi_mpi_op_min")),
        Pointer.createConstant(1L),
        Pointer.createConstant(0L),
        -1,
        0);
  }

  private static MpiFamily mpich() {
    return new MpiFamily(
        "MPICH",
        0x44000000,
        0x54000001,
        Map.of(
            ElementType.BYTE, 0x4c00010d,
            ElementType.INT64, 0x4c00083a,
            ElementType.FLOAT32, 0x4c00040a,
            ElementType.FLOAT64, 0x4c00080b),
        Map.of(Reduction.SUM, 0x58000003, Reduction.MAX, 0x58000001, Reduction.MIN, 0x58000002),
        Pointer.createConstant(-1L),
        Pointer.createConstant(1L),
        -2,
        8);
  }

  /** The handle of a type; there is none for bfloat16. */
  Object type(ElementType type) {
    Object handle = types.get(type);
    if (handle == null) {
      throw new IllegalArgumentException("MPI has no " + type);
    }
    return handle;
  }

  /** The handle of an operator. */
  Object operator(Reduction how) {
    Object handle = operators.get(how);
    if (handle == null) {
      throw new IllegalArgumentException("MPI has no " + how);
    }
    return handle;
  }
}
