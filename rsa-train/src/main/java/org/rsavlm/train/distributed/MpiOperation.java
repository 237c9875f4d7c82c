package org.rsavlm.train.distributed;

import java.time.Duration;

/** A collective of MPI on its way. */
final class MpiOperation implements Operation {

  /** A rank that waits for longer looks out for questions of others. */
  private static final long LISTEN_NANOS = 1_000_000_000L;

  private final MpiTransport transport;
  private final MpiRequests requests;
  private final Collective kind;
  private final String label;
  private final long number;

  MpiOperation(
      MpiTransport transport, MpiRequests requests, Collective kind, String label, long number) {
    this.transport = transport;
    this.requests = requests;
    this.kind = kind;
    this.label = label;
    this.number = number;
  }

  MpiRequests requests() {
    return requests;
  }

  Collective kind() {
    return kind;
  }

  /** Kind and size, for messages. */
  String label() {
    return label;
  }

  /** Which of this rank's collectives it is, from 1. */
  long number() {
    return number;
  }

  @Override
  public boolean isDone() {
    return transport.test(this, false);
  }

  @Override
  public void await() {
    await(transport.deadline());
  }

  @Override
  public void await(Duration longest) {
    long begun = System.nanoTime();
    boolean done =
        Waits.until(() -> transport.test(this, System.nanoTime() - begun > LISTEN_NANOS), longest);
    if (!done) {
      throw transport.expired(this, Duration.ofNanos(System.nanoTime() - begun));
    }
  }
}
