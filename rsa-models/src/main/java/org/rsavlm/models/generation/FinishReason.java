package org.rsavlm.models.generation;

/** Why a generation ended. */
public enum FinishReason {
  /** The model wrote a stop token, which is the last of the ids. */
  STOP,
  /** The wanted number of tokens, or the model's longest sequence, was reached. */
  LENGTH,
  /** The listener asked to end. */
  CANCELLED
}
