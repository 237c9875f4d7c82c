package org.rsavlm.train.data;

/** Thrown where a sample turns out unusable; the loader counts it and takes another one. */
public final class RejectedSampleException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient Rejection rejection;

  /** Makes the message {@code ID: DETAIL}. */
  public RejectedSampleException(Rejection rejection) {
    super(rejection.id() + ": " + rejection.detail());
    this.rejection = rejection;
  }

  RejectedSampleException(Sample sample, RejectionReason reason, String detail) {
    this(new Rejection(sample.id(), sample.source(), reason, detail));
  }

  /** The sample and what is wrong with it. */
  public Rejection rejection() {
    return rejection;
  }
}
