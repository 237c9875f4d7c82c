package org.rsavlm.core.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.LibUtils;
import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.nio.file.Path;

/**
 * Raw memory of arrays, through libtorch's stable C interface (AOTInductor's shim).
 *
 * <p>A pointer is valid while its array is open. Nothing checks bounds: stay within the array's
 * elements.
 */
public final class TorchMemory {

  private static final Function DATA_POINTER = findDataPointer();

  private TorchMemory() {}

  private static Function findDataPointer() {
    Path library =
        Path.of(LibUtils.getLibtorchPath(), System.mapLibraryName("torch_cpu")).toAbsolutePath();
    return NativeLibrary.getInstance(library.toString()).getFunction("aoti_torch_get_data_ptr");
  }

  /**
   * Returns the address of an array's first element: host memory for an array on the CPU, a device
   * pointer for one on a GPU.
   *
   * @throws IllegalArgumentException if the array is not contiguous, so that its elements do not
   *     follow each other in memory
   * @throws IllegalStateException if the array is empty and so has no memory
   */
  public static Pointer pointer(NDArray array) {
    if (!TensorScript.SCRIPT.callBoolean("is_contiguous", array)) {
      throw new IllegalArgumentException(
          "the array of shape " + array.getShape() + " is not contiguous: copy it first");
    }
    PointerByReference result = new PointerByReference();
    long handle = ((PtNDArray) array).getHandle();
    int error = DATA_POINTER.invokeInt(new Object[] {new Pointer(handle), result});
    Pointer pointer = result.getValue();
    if (error != 0 || pointer == null) {
      throw new IllegalStateException(
          "no memory behind the array of shape " + array.getShape() + ", status " + error);
    }
    return pointer;
  }
}
