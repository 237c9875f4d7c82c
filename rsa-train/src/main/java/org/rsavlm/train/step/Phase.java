package org.rsavlm.train.step;

/** The parts of a training stage that a profile tells apart, in the order in which they come. */
public enum Phase {
  /** Waiting for the loader's next batch. */
  DATA_WAIT("data wait"),
  /** Laying the batch out, and its images on their way to the device. */
  BATCH_TO_DEVICE("batch to device"),
  /** The vision tower, its patch embedding included. */
  VISION_FORWARD("vision forward"),
  /** The captions alone through the language model. */
  CAPTION_FORWARD("caption forward"),
  /** Pooling, the RSA loss and its gradient to the pooled rows. */
  RSA_LOSS("RSA loss"),
  /** Projector and language model. */
  LANGUAGE_FORWARD("language forward"),
  /** Head and cross-entropy, forward and backward together. */
  HEAD("head and LM loss"),
  /** Back through the captions' pass; with activation checkpointing, forward again as well. */
  CAPTION_BACKWARD("caption backward"),
  /** Back through language model and projector; as above. */
  LANGUAGE_BACKWARD("language backward"),
  /** Back through the vision tower; as above. */
  VISION_BACKWARD("vision backward"),
  /** Gradient norm, clipping, AdamW. */
  OPTIMIZER("optimiser"),
  /** Metrics, TensorBoard, progress display. */
  LOGGING("logging"),
  /** Measuring the probe set. */
  PROBE("probe set"),
  /** Writing checkpoints and models. */
  SAVING("saving"),
  /** Measuring the held-out set after the stage. */
  EVALUATION("evaluation"),
  /** Everything else: freeing memory, opening data. */
  OTHER("other");

  private final String label;

  Phase(String label) {
    this.label = label;
  }

  /** The name for readers. */
  public String label() {
    return label;
  }
}
