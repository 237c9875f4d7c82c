package org.rsavlm.models.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

/**
 * A decoder-only language model, as training, measuring and generation drive it.
 *
 * <p>Inputs are packed ({@link TokenLayout}): hidden states are [T, d] for the T tokens of all
 * samples.
 */
public interface LanguageModel extends TextEncoder {

  /** Returns the shape of the model. */
  DecoderConfig config();

  /**
   * Lays out a batch of packed samples for this model.
   *
   * @param manager owns the layout's arrays
   * @param lengths each sample's number of tokens, at least 1
   */
  TokenLayout layout(NDManager manager, long[] lengths);

  /**
   * Looks token ids up.
   *
   * @param ids int64 [T]
   * @return [T, d]
   */
  NDArray embed(NDManager manager, NDArray ids);

  /** Returns the decoder layers for a batch's layout. */
  LayerStack decoder(TokenLayout layout);

  /** Applies the final norm, which makes Hugging Face's last hidden state. [T, d] to [T, d]. */
  NDArray finalNorm(NDManager manager, NDArray x);

  /** Returns the head's matrix, [V, d]. */
  NDArray head();

  /**
   * Returns the scores of every token.
   *
   * @param hidden [T, d], after the final norm
   * @return [T, V]
   */
  NDArray logits(NDManager manager, NDArray hidden);

  /**
   * Estimates what autograd keeps of a forward pass through all layers until its backward.
   *
   * @return bytes; measured within 10 % of what the process grows by
   */
  long activationBytes(TokenLayout layout);

  /**
   * Returns the hidden states of every layer under the thread's grad mode.
   *
   * @param embeddings [T, d]
   * @return layers + 1 arrays [T, d]: the embeddings, each layer's output, the last one after the
   *     final norm, as Hugging Face's {@code output_hidden_states}
   */
  default NDList hiddenStates(NDManager manager, NDArray embeddings, TokenLayout layout) {
    LayerStack decoder = decoder(layout);
    NDList states = new NDList(embeddings);
    for (int i = 0; i < decoder.size(); i++) {
      states.add(decoder.apply(manager, i, states.get(i)));
    }
    states.set(decoder.size(), finalNorm(manager, states.get(decoder.size())));
    return states;
  }

  /**
   * Takes embeddings through all layers and the final norm without keeping what is between them.
   *
   * @param manager owns the result
   * @param embeddings [T, d]; closed
   * @param lengths each sample's number of tokens
   * @param visitor sees the hidden states of layers 0 to L - 1
   * @return [T, d]
   * @see LayerStack#run
   */
  default NDArray run(NDManager manager, NDArray embeddings, long[] lengths, LayerVisitor visitor) {
    TokenLayout layout = layout(manager, lengths);
    try (NDArray last = decoder(layout).run(manager, embeddings, visitor)) {
      return finalNorm(manager, last);
    }
  }
}
