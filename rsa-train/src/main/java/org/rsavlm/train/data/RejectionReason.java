package org.rsavlm.train.data;

import org.rsavlm.models.table.UnusableRowException;

/** Why a sample can't be trained on. */
public enum RejectionReason {
  /** The JSON of the sample can't be parsed, or a field is missing or has the wrong type. */
  MALFORMED("malformed"),
  /** An image file doesn't exist or can't be opened. */
  IMAGE_MISSING("missing image"),
  /** An image file exists but can't be decoded. */
  IMAGE_BROKEN("broken image"),
  /** An image name leads out of the images directory. */
  IMAGE_OUTSIDE("image outside images_dir"),
  /** The number of images differs from the number of {@code <image>} placeholders. */
  IMAGE_COUNT("image count"),
  /** There is no answer or caption to train on. */
  EMPTY_CAPTION("empty caption"),
  /** More tokens than the stage allows; samples are never truncated. */
  TOO_LONG("too long");

  private final String label;

  RejectionReason(String label) {
    this.label = label;
  }

  /** The reason as reports and {@code rejected.jsonl} name it. */
  public String label() {
    return label;
  }

  /** The reason of a row that can't be used. */
  static RejectionReason of(UnusableRowException.Kind kind) {
    return switch (kind) {
      case MALFORMED -> MALFORMED;
      case NO_CAPTION -> EMPTY_CAPTION;
      case IMAGE_MISSING -> IMAGE_MISSING;
      case IMAGE_BROKEN -> IMAGE_BROKEN;
      case IMAGE_OUTSIDE -> IMAGE_OUTSIDE;
    };
  }

  /** The reason of a label. */
  static RejectionReason of(String label) {
    for (RejectionReason reason : values()) {
      if (reason.label.equals(label)) {
        return reason;
      }
    }
    throw new IllegalArgumentException("no reason is called '" + label + "'");
  }
}
