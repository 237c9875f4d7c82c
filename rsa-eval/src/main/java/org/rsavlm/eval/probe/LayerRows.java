package org.rsavlm.eval.probe;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.eval.alignment.FeatureMatrix;
import org.rsavlm.eval.alignment.LayerFeatures;

/** Gathers the pooled rows of every layer of one side on the Java heap, batch by batch. */
final class LayerRows {

  private final String side;
  private final List<List<float[]>> parts = new ArrayList<>();
  private final int[] dimensions;

  /**
   * @param side for errors: vision or text
   * @param layers number of hidden states, the embeddings included
   */
  LayerRows(String side, int layers) {
    this.side = side;
    dimensions = new int[layers];
    for (int layer = 0; layer < layers; layer++) {
      parts.add(new ArrayList<>());
    }
  }

  /** Copies the next rows [n, d] of a layer and closes the array. */
  void add(int layer, NDArray pooled) {
    try (pooled) {
      dimensions[layer] = Math.toIntExact(pooled.getShape().get(1));
      parts.get(layer).add(Tensors.toFloats(pooled));
    }
  }

  /** Returns all rows, in the order in which they were added; empties this object. */
  LayerFeatures features() {
    List<FeatureMatrix> layers = new ArrayList<>();
    for (int layer = 0; layer < dimensions.length; layer++) {
      List<float[]> own = parts.get(layer);
      float[] all = new float[own.stream().mapToInt(part -> part.length).reduce(0, Math::addExact)];
      int at = 0;
      for (float[] part : own) {
        System.arraycopy(part, 0, all, at, part.length);
        at += part.length;
      }
      own.clear();
      checkFinite(all, layer);
      layers.add(FeatureMatrix.of(all.length / dimensions[layer], dimensions[layer], all));
    }
    return LayerFeatures.of(layers);
  }

  private void checkFinite(float[] values, int layer) {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new NonFiniteFeatureException(side, layer, i / dimensions[layer], values[i]);
      }
    }
  }
}
