package org.rsavlm.train.distributed;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.LongFunction;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.core.torch.TorchMemory;

/** Memory of a GPU for values of the host, as an array of int64. */
final class DeviceStaging implements Staging {

  private final NDManager manager;
  private final NDArray array;

  DeviceStaging(Device device, long bytes) {
    manager = NDManager.newBaseManager(device, "PyTorch");
    array = Tensors.zeros(manager, TorchDtype.INT64, Math.max(1, (bytes + 7) / 8));
  }

  static LongFunction<Staging> on(int gpu) {
    return bytes -> new DeviceStaging(Device.gpu(gpu), bytes);
  }

  @Override
  public Pointer pointer() {
    return TorchMemory.pointer(array);
  }

  @Override
  public void write(long offset, byte[] contents) {
    if (offset != 0) {
      throw new IllegalArgumentException("only from the start");
    }
    long[] numbers = new long[Math.toIntExact(array.size())];
    byte[] padded = Arrays.copyOf(contents, numbers.length * Long.BYTES);
    ByteBuffer.wrap(padded).order(ByteOrder.nativeOrder()).asLongBuffer().get(numbers);
    try (NDArray copy = Tensors.of(manager, numbers, numbers.length)) {
      Tensors.copyInto(copy, array);
    }
  }

  /** Waits for the device. */
  @Override
  public byte[] read(long offset, int length) {
    try (NDArray host = array.toDevice(Device.cpu(), true)) {
      long[] numbers = host.toLongArray();
      ByteBuffer bytes =
          ByteBuffer.allocate(numbers.length * Long.BYTES).order(ByteOrder.nativeOrder());
      bytes.asLongBuffer().put(numbers);
      return Arrays.copyOfRange(
          bytes.array(), Math.toIntExact(offset), Math.toIntExact(offset + length));
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
