package org.rsavlm.eval.alignment;

import java.util.List;

/** The features of one model at each of its layers, over the same samples. */
public interface LayerFeatures {

  /** Returns the number of layers. */
  int layers();

  /**
   * Returns the features at one layer; a file's reader loads them at this call.
   *
   * @param layer 0 … layers - 1, the last being nearest to the output
   */
  FeatureMatrix layer(int layer);

  /**
   * Returns the same layers over some of the samples, as when a subset is drawn by a seed.
   *
   * @param rows sample numbers, in the order wanted
   */
  default LayerFeatures select(int[] rows) {
    int[] copy = rows.clone();
    LayerFeatures all = this;
    return new LayerFeatures() {
      @Override
      public int layers() {
        return all.layers();
      }

      @Override
      public FeatureMatrix layer(int layer) {
        return all.layer(layer).select(copy);
      }
    };
  }

  /**
   * Features that are in memory already.
   *
   * @param layers at least one, all over the same samples
   */
  static LayerFeatures of(List<FeatureMatrix> layers) {
    List<FeatureMatrix> copy = List.copyOf(layers);
    if (copy.isEmpty()) {
      throw new IllegalArgumentException("at least one layer is needed");
    }
    return new LayerFeatures() {
      @Override
      public int layers() {
        return copy.size();
      }

      @Override
      public FeatureMatrix layer(int layer) {
        return copy.get(layer);
      }
    };
  }
}
