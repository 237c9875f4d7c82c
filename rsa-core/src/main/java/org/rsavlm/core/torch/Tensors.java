package org.rsavlm.core.torch;

import static org.rsavlm.core.torch.TensorScript.SCRIPT;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.sun.jna.Pointer;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Creates, casts and reads arrays of every {@link TorchDtype}. */
public final class Tensors {

  private Tensors() {}

  /**
   * Returns an array with unset contents.
   *
   * @param manager owns the array; its device holds it
   * @param dtype the element type
   * @param shape the dimensions
   */
  public static NDArray empty(NDManager manager, TorchDtype dtype, long... shape) {
    try (NDArray device = manager.create(new Shape(0))) {
      return SCRIPT.call(manager, "empty", device, shape, dtype.code()).singletonOrThrow();
    }
  }

  /** Returns an array of zeros; parameters as in {@link #empty}. */
  public static NDArray zeros(NDManager manager, TorchDtype dtype, long... shape) {
    try (NDArray device = manager.create(new Shape(0))) {
      return SCRIPT.call(manager, "zeros", device, shape, dtype.code()).singletonOrThrow();
    }
  }

  /** Returns ones of an array's shape, type and device. */
  public static NDArray onesLike(NDArray array) {
    return SCRIPT.call(array.getManager(), "ones_like", array).singletonOrThrow();
  }

  /**
   * Returns a copy of Java values in native memory that the array owns alone.
   *
   * <p>DJL's {@code create(float[])} aliases Java memory that is freed with the array object, even
   * when a recorded graph still needs it; arrays made here live as long as torch needs them.
   *
   * @param manager owns the array; its device holds it
   * @param values the elements in row-major order
   * @param shape the dimensions, whose product is the number of values
   */
  public static NDArray of(NDManager manager, float[] values, long... shape) {
    return copied(
        manager,
        TorchDtype.FLOAT32,
        values.length,
        shape,
        memory -> memory.write(0, values, 0, values.length));
  }

  /** As {@link #of(NDManager, float[], long...)}, in float64. */
  public static NDArray of(NDManager manager, double[] values, long... shape) {
    return copied(
        manager,
        TorchDtype.FLOAT64,
        values.length,
        shape,
        memory -> memory.write(0, values, 0, values.length));
  }

  /** As {@link #of(NDManager, float[], long...)}, in int64. */
  public static NDArray of(NDManager manager, long[] values, long... shape) {
    return copied(
        manager,
        TorchDtype.INT64,
        values.length,
        shape,
        memory -> memory.write(0, values, 0, values.length));
  }

  /**
   * Returns a copy of several Java arrays one after the other, such as the images of a batch,
   * without joining them in Java memory first.
   *
   * @param manager owns the array; its device holds it
   * @param items arrays of equal length, at least one
   * @param itemShape the dimensions of one item
   * @return [number of items, itemShape…] in float32
   */
  public static NDArray stack(NDManager manager, List<float[]> items, long... itemShape) {
    int size = Math.toIntExact(new Shape(itemShape).size());
    for (float[] item : items) {
      if (item.length != size) {
        throw new IllegalArgumentException(
            "an item of " + item.length + " values does not fill " + Arrays.toString(itemShape));
      }
    }
    return copied(
        manager,
        TorchDtype.FLOAT32,
        Math.multiplyExact(items.size(), size),
        new Shape(items.size()).addAll(new Shape(itemShape)).getShape(),
        memory -> {
          long offset = 0;
          for (float[] item : items) {
            memory.write(offset, item, 0, size);
            offset += (long) Float.BYTES * size;
          }
        });
  }

  private static NDArray copied(
      NDManager manager, TorchDtype dtype, int length, long[] shape, Consumer<Pointer> copy) {
    if (new Shape(shape).size() != length) {
      throw new IllegalArgumentException(
          length + " values do not fill the shape " + Arrays.toString(shape));
    }
    if (!manager.getDevice().isGpu()) {
      NDArray array = empty(manager, dtype, shape);
      if (length > 0) {
        copy.accept(TorchMemory.pointer(array));
      }
      return array;
    }
    try (NDManager host = manager.newSubManager(Device.cpu())) {
      NDArray array = copied(host, dtype, length, shape, copy);
      NDArray onDevice = array.toDevice(manager.getDevice(), true);
      onDevice.attach(manager);
      return onDevice;
    }
  }

  /**
   * Casts to another type and keeps the gradient, which DJL's {@code toType} cuts silently.
   *
   * @param array any array
   * @param dtype the wanted type
   * @return a new array, or an alias if the type is the same already; owned by the array's manager
   */
  public static NDArray cast(NDArray array, TorchDtype dtype) {
    return SCRIPT.call(array.getManager(), "cast", array, dtype.code()).singletonOrThrow();
  }

  /** Copies {@code source}, cast and moved where needed, into {@code target} of the same shape. */
  public static void copyInto(NDArray source, NDArray target) {
    try (GradMode off = GradMode.disabled()) {
      SCRIPT.run("copy_into", source, target);
    }
  }

  /** Sets every element, without recording. */
  public static void fill(NDArray array, double value) {
    try (GradMode off = GradMode.disabled()) {
      SCRIPT.run("fill", array, value);
    }
  }

  /** Returns the elements as float64, whatever their type and device, in row-major order. */
  public static double[] toDoubles(NDArray array) {
    try (NDManager host = array.getManager().newSubManager(Device.cpu());
        GradMode off = GradMode.disabled()) {
      NDArray copy = SCRIPT.call(host, "to_host", array, TorchDtype.FLOAT64.code()).get(0);
      return copy.toDoubleArray();
    }
  }

  /** Returns the elements as float32, whatever their type and device, in row-major order. */
  public static float[] toFloats(NDArray array) {
    try (NDManager host = array.getManager().newSubManager(Device.cpu());
        GradMode off = GradMode.disabled()) {
      NDArray copy = SCRIPT.call(host, "to_host", array, TorchDtype.FLOAT32.code()).get(0);
      return copy.toFloatArray();
    }
  }

  /** Returns the one element of an array as a double, whatever its type and device. */
  public static double item(NDArray array) {
    return SCRIPT.callDouble("item", array);
  }
}
