package org.rsavlm.train.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Lets a long command end in order: while it is open, Ctrl-C, SIGTERM and SIGUSR1 (which batch
 * systems send ahead of a job's time limit) are noted instead of ending the process, and the
 * command looks at {@link #requested} between steps. A second signal ends the process at once.
 */
final class StopSignal implements AutoCloseable {

  private final Map<Signal, SignalHandler> previous = new LinkedHashMap<>();
  private volatile int number;

  private StopSignal() {}

  /** Starts to listen; close it to restore what was before. */
  static StopSignal listen() {
    StopSignal stop = new StopSignal();
    for (String name : new String[] {"INT", "TERM", "USR1"}) {
      Signal signal = new Signal(name);
      stop.previous.put(signal, Signal.handle(signal, stop::note));
    }
    return stop;
  }

  private void note(Signal signal) {
    if (number != 0) {
      Runtime.getRuntime().halt(128 + signal.getNumber());
    }
    number = signal.getNumber();
  }

  /** Tells whether a signal came. */
  boolean requested() {
    return number != 0;
  }

  /**
   * Ends the command if a signal came; to be called once its work is saved.
   *
   * @param saved where it was saved, or what else to tell the user
   */
  void throwIfRequested(String saved) {
    if (number != 0) {
      throw new StoppedException("stopped by signal " + number + "; " + saved, 128 + number);
    }
  }

  @Override
  public void close() {
    previous.forEach(Signal::handle);
  }
}
