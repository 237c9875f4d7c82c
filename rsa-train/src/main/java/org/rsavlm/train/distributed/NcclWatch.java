package org.rsavlm.train.distributed;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Looks after the collectives that are on their way on a device: the training thread doesn't wait
 * for them, so a thread of its own asks every tenth of a second whether they are done, whether NCCL
 * has an error, and whether one takes too long; then the process is ended.
 */
final class NcclWatch implements AutoCloseable {

  private static final long PERIOD_MILLIS = 100;

  private final RankIdentity identity;
  private final NcclLibrary library;
  private final CudaRuntime cuda;
  private final Pointer communicator;
  private final Duration deadline;
  private final Deque<Flight> flights = new ArrayDeque<>();
  private final Thread thread;

  NcclWatch(
      RankIdentity identity,
      NcclLibrary library,
      CudaRuntime cuda,
      int gpu,
      Pointer communicator,
      Duration deadline) {
    this.identity = identity;
    this.library = library;
    this.cuda = cuda;
    this.communicator = communicator;
    this.deadline = deadline;
    thread = new Thread(() -> run(gpu), "nccl-watch");
    thread.setDaemon(true);
    thread.start();
  }

  Duration deadline() {
    return deadline;
  }

  /** Takes a collective into care. */
  Operation add(Pointer event, String label) {
    Flight flight = new Flight(event, label, deadline);
    synchronized (flights) {
      flights.add(flight);
    }
    return flight;
  }

  private void run(int gpu) {
    try {
      cuda.cudaSetDevice(gpu);
      while (true) {
        Thread.sleep(PERIOD_MILLIS);
        String failure = failure();
        if (!failure.isEmpty()) {
          FailureReport.write(identity, failure);
          Runtime.getRuntime().halt(FailureReport.STATUS);
        }
      }
    } catch (InterruptedException e) {
      return; // closed
    }
  }

  /** Drops what is done, and tells what is wrong; nothing for well. */
  String failure() {
    IntByReference error = new IntByReference();
    int status = library.ncclCommGetAsyncError(communicator, error);
    int worse = status == NcclLibrary.SUCCESS ? error.getValue() : status;
    if (worse != NcclLibrary.SUCCESS && worse != NcclLibrary.IN_PROGRESS) {
      return "NCCL: " + library.ncclGetErrorString(worse) + " (a rank or its network is lost)";
    }
    synchronized (flights) {
      while (!flights.isEmpty() && flights.element().isDone()) {
        flights.remove();
      }
      // One behind another has waited less: the first tells all.
      Flight first = flights.peek();
      return first == null || !first.isOver()
          ? ""
          : "waited %s in %s: a rank did not come (stopped, hanging or busy)"
              .formatted(Waits.seconds(first.age()), first.label);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One collective, by the event behind it. */
  private final class Flight implements Operation {
    private final Pointer event;
    private final String label;
    private final long begun = System.nanoTime();
    private Duration longest;
    private boolean done;

    Flight(Pointer event, String label, Duration longest) {
      this.event = event;
      this.label = label;
      this.longest = longest;
    }

    Duration age() {
      return Duration.ofNanos(System.nanoTime() - begun);
    }

    synchronized boolean isOver() {
      return age().compareTo(longest) > 0;
    }

    @Override
    public synchronized boolean isDone() {
      if (!done) {
        int status = cuda.cudaEventQuery(event);
        if (status != CudaRuntime.NOT_READY) {
          CudaRuntime.check(cuda, "a collective's event", status);
          cuda.cudaEventDestroy(event);
          done = true;
        }
      }
      return done;
    }

    /** The stream keeps the order, so there is nothing to wait for on the host. */
    @Override
    public void await() {}

    @Override
    public synchronized void await(Duration other) {
      longest = other;
    }
  }
}
