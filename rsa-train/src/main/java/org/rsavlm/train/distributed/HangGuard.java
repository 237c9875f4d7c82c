package org.rsavlm.train.distributed;

import java.time.Duration;

/**
 * Ends the process when a call into a library that can't be asked or stopped takes too long, such
 * as joining while a rank is missing.
 */
final class HangGuard implements AutoCloseable {

  private final Thread thread;

  HangGuard(RankIdentity identity, Duration longest, String call) {
    thread = new Thread(() -> watch(identity, longest, call), "hang-guard");
    thread.setDaemon(true);
    thread.start();
  }

  private static void watch(RankIdentity identity, Duration longest, String call) {
    try {
      Thread.sleep(longest.toMillis());
    } catch (InterruptedException e) {
      return; // it came back in time
    }
    FailureReport.write(
        identity,
        "waited %s in %s: not all ranks came (was each of them started?)"
            .formatted(Waits.seconds(longest), call));
    Runtime.getRuntime().halt(FailureReport.STATUS);
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
