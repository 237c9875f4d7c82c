package org.rsavlm.models.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;

/** A model side that turns images into hidden states, layer by layer. */
public interface ImageEncoder {

  /** Returns the number of layers, L; there are L + 1 hidden states, the embeddings included. */
  int imageLayers();

  /**
   * Takes images through all layers under the thread's grad mode, which should be off.
   *
   * @param manager owns the result
   * @param images each 3 x height x width values as the encoder's own processor makes them
   * @param visitor sees the hidden states [B, P, d] of layers 0 to L - 1
   * @return the hidden states of layer L, [B, P, d]
   * @throws IllegalArgumentException if an image is not of a size that the encoder takes
   */
  NDArray encodeImages(NDManager manager, List<float[]> images, LayerVisitor visitor);
}
