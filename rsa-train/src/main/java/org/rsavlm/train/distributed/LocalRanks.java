package org.rsavlm.train.distributed;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Starts ranks as processes of this machine, and ends all when one fails. */
final class LocalRanks {

  private static final long PERIOD_MILLIS = 100;

  /** What the others get to say why, and to stop, before they are killed. */
  private static final long GRACE_SECONDS = 5;

  private LocalRanks() {}

  static int run(int ranks, List<String> command, Path failures)
      throws IOException, InterruptedException {
    int port = freePort();
    List<Process> processes = new ArrayList<>();
    Thread end = new Thread(() -> processes.forEach(Process::destroy), "rank-end");
    Runtime.getRuntime().addShutdownHook(end);
    try {
      for (int rank = 0; rank < ranks; rank++) {
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().putAll(environment(rank, ranks, port));
        builder.environment().put(FailureReport.DIRECTORY_VARIABLE, failures.toString());
        processes.add(builder.start());
      }
      return waitFor(processes);
    } finally {
      stop(processes);
      try {
        Runtime.getRuntime().removeShutdownHook(end);
      } catch (IllegalStateException e) {
        // Ending already, and the hook does the same.
      }
    }
  }

  /** As torchrun sets them. */
  static Map<String, String> environment(int rank, int ranks, int port) {
    return Map.of(
        "RANK", Integer.toString(rank),
        "WORLD_SIZE", Integer.toString(ranks),
        "LOCAL_RANK", Integer.toString(rank),
        "LOCAL_WORLD_SIZE", Integer.toString(ranks),
        "MASTER_ADDR", InetAddress.getLoopbackAddress().getHostAddress(),
        "MASTER_PORT", Integer.toString(port));
  }

  /** Returns the first status that isn't 0, or 0 when all have ended. */
  private static int waitFor(List<Process> processes) throws InterruptedException {
    List<Process> open = new ArrayList<>(processes);
    while (!open.isEmpty()) {
      for (Process process : List.copyOf(open)) {
        if (!process.isAlive()) {
          if (process.exitValue() != 0) {
            return process.exitValue();
          }
          open.remove(process);
        }
      }
      Thread.sleep(PERIOD_MILLIS);
    }
    return 0;
  }

  private static void stop(List<Process> processes) throws InterruptedException {
    processes.forEach(Process::destroy);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(GRACE_SECONDS);
    for (Process process : processes) {
      if (!process.waitFor(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS)) {
        process.destroyForcibly().waitFor();
      }
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
