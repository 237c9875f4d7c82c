package org.rsavlm.train.distributed;

/** The ranks can't go on together. */
public class CommunicationException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param message who, what and how long
   */
  public CommunicationException(String message) {
    super(message);
  }
}
