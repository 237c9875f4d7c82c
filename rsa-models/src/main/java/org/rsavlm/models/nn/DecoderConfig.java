package org.rsavlm.models.nn;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Shape of a decoder-only language model with rotary positions, whatever its family. A family's
 * config is a record with these components beside its own.
 */
public interface DecoderConfig {

  /** Returns the number of rows of the token embedding, V. */
  int vocabSize();

  /** Returns d. */
  int hiddenSize();

  /** Returns the width of the gated MLP. */
  int intermediateSize();

  /** Returns the number of decoder layers. */
  int layers();

  /** Returns the number of query heads. */
  int heads();

  /** Returns the number of key and value heads, which divides {@link #heads}. */
  int keyValueHeads();

  /** Tells whether queries, keys and values have biases. */
  boolean attentionBias();

  /** Returns how heads turn with the position. */
  RotaryEmbedding rotary();

  /** Returns what the norms add to the mean square. */
  double rmsNormEps();

  /** Tells whether the head is the token embedding. */
  boolean tieWordEmbeddings();

  /** Returns the longest sequence that the model was made for, in tokens. */
  int maxPositionEmbeddings();

  /** Returns the standard deviation of random weights. */
  double initializerRange();

  /** Returns how many tokens a token sees in a layer, itself included; 0 for all before it. */
  int window(int layer);

  /** Returns the same shape with another number of words. */
  DecoderConfig withVocabulary(int words);

  /** Writes the config in Hugging Face's keys, {@code model_type} included. */
  ObjectNode toJson();
}
