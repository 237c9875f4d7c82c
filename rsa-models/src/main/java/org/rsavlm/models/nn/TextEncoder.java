package org.rsavlm.models.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;

/** A model side that turns texts into hidden states, layer by layer. */
public interface TextEncoder {

  /** Returns the number of layers, L; there are L + 1 hidden states, the embeddings included. */
  int textLayers();

  /** Returns how many tokens a text may have. */
  int longestText();

  /**
   * Takes texts, each by itself, through all layers under the thread's grad mode, which should be
   * off.
   *
   * @param manager owns the result
   * @param texts token ids, one to {@link #longestText} each
   * @param visitor sees the hidden states of layers 0 to L - 1: [T, d], the texts' tokens one after
   *     the other
   * @return the hidden states of layer L, [T, d], as Hugging Face's last hidden state
   */
  NDArray encodeTexts(NDManager manager, List<long[]> texts, LayerVisitor visitor);
}
