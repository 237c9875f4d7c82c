package org.rsavlm.train.distributed;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;

/** A rank of {@link MpiRanksTest}: does what its first argument says. */
public final class RankMain {

  private RankMain() {}

  /** Runs a scene. */
  public static void main(String[] args) throws Exception {
    RankIdentity identity = RankIdentity.fromEnvironment();
    Duration deadline = CommunicatorOptions.cpu().deadline();
    if (args[0].equals("collectives")) {
      MpiTransport mpi = MpiTransport.join(identity, deadline);
      RankCommunicator whole = new RankCommunicator(identity, mpi, null);
      whole.meet();
      CollectiveChecks.all(whole);
      CollectiveChecks.all(new RankCommunicator(identity, mpi.withPiece(5), null));
      nulls();
      waits(whole, identity.rank() == identity.world() - 1);
      say(identity, "passed with " + mpi.name());
      whole.finish();
      return;
    }
    Communicator communicator;
    try {
      communicator = Communicators.fromEnvironment(CommunicatorOptions.cpu());
    } catch (UserException e) {
      say(identity, "refused: " + e.getMessage());
      System.exit(2);
      return;
    }
    try {
      Communicators.run(communicator, ranks -> scene(ranks, args));
    } catch (UserException e) {
      say(identity, "refused: " + e.getMessage());
      System.exit(2);
    }
  }

  private static void scene(Communicator ranks, String[] args) throws Exception {
    ranks.barrier();
    boolean last = ranks.rank() == ranks.world() - 1;
    switch (args[0]) {
      case "throws" -> {
        if (last) {
          throw new IllegalStateException("sample cat-17:\n no pixels");
        }
        ranks.barrier();
      }
      case "hangs" -> {
        say(ranks.identity(), "pid " + ProcessHandle.current().pid());
        if (last) {
          Thread.sleep(600_000); // killed, stopped or given up by the others
        }
        ranks.reduce(Reduction.SUM, 1);
      }
      case "differs" ->
          RankAgreement.check(
              ranks, Map.of("recipe", last ? "abc" : "def", "threads", "2", "code", "1"));
      case "bandwidth" -> Bandwidth.measure(ranks, Integer.parseInt(args[1]));
      default -> throw new IllegalArgumentException(args[0]);
    }
  }

  /** A rank that waits must leave its core to others. */
  private static void waits(Communicator ranks, boolean last) throws InterruptedException {
    if (last) {
      Thread.sleep(1_500);
    }
    long cpu = threadNanos();
    long begun = System.nanoTime();
    ranks.barrier();
    double share = (threadNanos() - cpu) / (double) (System.nanoTime() - begun);
    if (!last && share > 0.3) {
      throw new AssertionError("waiting took " + share + " of a core");
    }
  }

  private static long threadNanos() {
    return java.lang.management.ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  /**
   * In compiled code each is a SIGSEGV that the JVM turns into an exception, unless a library has
   * taken the signal; interpreted code looks first, so the method is compiled before.
   */
  private static void nulls() {
    int sum = 0;
    for (int i = 0; i < 50_000; i++) {
      sum += length("x");
    }
    CollectiveChecks.equal(50_000, sum, "sum of lengths");
    int caught = 0;
    for (int i = 0; i < 200; i++) {
      try {
        length(null);
      } catch (NullPointerException e) {
        caught++;
      }
    }
    CollectiveChecks.equal(200, caught, "caught exceptions");
  }

  @SuppressWarnings("NullAway")
  private static int length(@Nullable String text) {
    return text.length();
  }

  static void say(RankIdentity identity, String text) {
    PrintWriter out =
        new PrintWriter(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    out.println(identity.rank() + ": " + text);
  }
}
