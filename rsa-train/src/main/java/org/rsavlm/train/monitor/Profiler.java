package org.rsavlm.train.monitor;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.rsavlm.core.torch.TorchRuntime;
import org.rsavlm.train.monitor.StageProfile.Use;
import org.rsavlm.train.step.Phase;
import org.rsavlm.train.step.PhaseClock;

/**
 * Adds up the time between phases. A thread of its own looks at the resident size a hundred times a
 * second, so that short peaks of short phases may be missed. On a GPU, operations run behind the
 * training thread: their time shows in the phase in which it waits for them.
 */
public final class Profiler implements PhaseClock, AutoCloseable {

  private static final Duration EVERY = Duration.ofMillis(10);

  private final LongSupplier nanoTime;
  private final Map<Phase, Long> nanos = new EnumMap<>(Phase.class);
  private final long[] peaks = new long[Phase.values().length];
  private final Thread sampler;
  private volatile Phase now = Phase.OTHER;
  private long since;
  private long steps;

  /** Begins, in {@link Phase#OTHER}. */
  public Profiler() {
    this(System::nanoTime);
  }

  Profiler(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    since = nanoTime.getAsLong();
    sampler = new Thread(this::sample, "profiler");
    sampler.setDaemon(true);
    sampler.start();
  }

  private void sample() {
    while (!Thread.currentThread().isInterrupted()) {
      look();
      try {
        Thread.sleep(EVERY.toMillis());
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void look() {
    Phase phase = now;
    long resident = TorchRuntime.residentBytes();
    synchronized (peaks) {
      peaks[phase.ordinal()] = Math.max(peaks[phase.ordinal()], resident);
    }
  }

  @Override
  public void enter(Phase phase) {
    long time = nanoTime.getAsLong();
    nanos.merge(now, time - since, Long::sum);
    since = time;
    now = phase;
    if (phase == Phase.DATA_WAIT) { // every step begins with it
      steps++;
    }
  }

  /**
   * Returns what was gathered since the last call, or since the beginning; begins anew.
   *
   * @param stage to which it belongs
   */
  public StageProfile take(String stage) {
    enter(Phase.OTHER);
    Map<Phase, Use> phases = new EnumMap<>(Phase.class);
    synchronized (peaks) {
      nanos.forEach(
          (phase, time) -> phases.put(phase, new Use(time / 1e9, peaks[phase.ordinal()])));
      Arrays.fill(peaks, 0);
    }
    StageProfile profile = new StageProfile(stage, steps, phases);
    nanos.clear();
    steps = 0;
    return profile;
  }

  /** Stops looking at the memory. */
  @Override
  public void close() {
    sampler.interrupt();
  }
}
