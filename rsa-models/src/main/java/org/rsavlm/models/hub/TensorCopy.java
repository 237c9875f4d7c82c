package org.rsavlm.models.hub;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.rsavlm.core.torch.GradMode;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.core.torch.TorchMemory;
import org.rsavlm.core.torch.TorchScript;

/**
 * Moves elements between arrays and files in chunks: straight through the array's memory where it
 * lies on the CPU in the file's type, else through a small array on the CPU.
 *
 * <p>Why not memory-mapped: mapped pages count as the process's memory until a garbage collection
 * unmaps them, a file that shrinks meanwhile kills the process, and the bytes have to be copied all
 * the same. docs/weights.md has the figures.
 */
final class TensorCopy {

  /** Largest number of bytes in flight. */
  static final int CHUNK_BYTES = 1 << 24;

  private static final TorchScript SCRIPT = TorchScript.load(TensorCopy.class, "tensorcopy.py");

  private TensorCopy() {}

  /** Gives bytes of a tensor, from any offset. */
  interface Source {
    /** Fills the buffer with the bytes from an offset on. */
    void read(long offset, ByteBuffer target);
  }

  /** Takes bytes of a tensor, in order. */
  interface Sink {
    /** Takes all that remains in the buffer. */
    void write(ByteBuffer bytes) throws IOException;
  }

  /** Fills a contiguous array of the tensor's shape. */
  static void fromFile(TensorInfo info, NDArray target, Source source) {
    if (info.elements() == 0) {
      return;
    }
    if (isHostArray(target) && TorchDtype.of(target) == info.dtype()) {
      Pointer memory = TorchMemory.pointer(target);
      for (long offset = 0; offset < info.bytes(); offset += CHUNK_BYTES) {
        long length = Math.min(CHUNK_BYTES, info.bytes() - offset);
        source.read(offset, memory.getByteBuffer(offset, length));
      }
      return;
    }
    int size = info.dtype().bytes();
    long step = CHUNK_BYTES / size;
    try (NDManager host = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        GradMode off = GradMode.disabled()) {
      NDArray chunk = Tensors.empty(host, info.dtype(), Math.min(step, info.elements()));
      Pointer memory = TorchMemory.pointer(chunk);
      for (long first = 0; first < info.elements(); first += step) {
        long count = Math.min(step, info.elements() - first);
        source.read(first * size, memory.getByteBuffer(0, count * size));
        SCRIPT.run("scatter", chunk, target, first, count);
      }
    }
  }

  /** Gives all elements of an array in a type; an array that is not contiguous is copied first. */
  static void toFile(NDArray array, TorchDtype dtype, Sink sink) throws IOException {
    long elements = array.getShape().size();
    if (elements == 0) {
      return;
    }
    int size = dtype.bytes();
    long step = CHUNK_BYTES / size;
    try (NDManager host = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        GradMode off = GradMode.disabled()) {
      NDArray flat = SCRIPT.call(host, "flatten", array).singletonOrThrow();
      if (isHostArray(array) && TorchDtype.of(array) == dtype) {
        Pointer memory = TorchMemory.pointer(flat);
        for (long offset = 0; offset < elements * size; offset += CHUNK_BYTES) {
          sink.write(memory.getByteBuffer(offset, Math.min(CHUNK_BYTES, elements * size - offset)));
        }
        return;
      }
      NDArray chunk = Tensors.empty(host, dtype, Math.min(step, elements));
      Pointer memory = TorchMemory.pointer(chunk);
      for (long first = 0; first < elements; first += step) {
        long count = Math.min(step, elements - first);
        SCRIPT.run("gather", flat, chunk, first, count);
        sink.write(memory.getByteBuffer(0, count * size));
      }
    }
  }

  private static boolean isHostArray(NDArray array) {
    return !array.getDevice().isGpu();
  }
}
