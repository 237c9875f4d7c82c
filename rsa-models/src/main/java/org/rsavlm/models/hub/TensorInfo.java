package org.rsavlm.models.hub;

import ai.djl.ndarray.types.Shape;
import org.rsavlm.core.torch.TorchDtype;

/**
 * What a file says about a tensor.
 *
 * @param name its name, as in Hugging Face's state dictionaries
 * @param dtype the element type in the file
 * @param shape the dimensions; none for a scalar
 */
public record TensorInfo(String name, TorchDtype dtype, Shape shape) {

  /** Returns the number of elements; 1 for a scalar. */
  public long elements() {
    return shape.size();
  }

  /** Returns the size of the elements in bytes. */
  public long bytes() {
    return Math.multiplyExact(elements(), (long) dtype.bytes());
  }
}
