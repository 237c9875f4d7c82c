package org.rsavlm.train.distributed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.rsavlm.core.UserException;

/**
 * Starts the ranks of a job on this machine, for {@code --ranks N}: on GPUs by itself, with the
 * variables that torchrun would set, so that no MPI is needed; on CPUs by mpirun.
 */
public final class RankLauncher {

  private static final String OPTION = "--ranks";

  private RankLauncher() {}

  /**
   * Runs a command on several ranks and waits for its end. Standard streams are this process's.
   *
   * @param ranks how many
   * @param gpus whether each rank has its own GPU
   * @param command what each rank runs, see {@link #rankCommand}
   * @param last takes the lines that say why the job failed, after everything else
   * @return the exit status, not 0 if any rank failed
   * @throws UserException if this is a rank already, or mpirun is missing
   */
  public static int launch(int ranks, boolean gpus, List<String> command, Consumer<String> last)
      throws IOException, InterruptedException {
    if (ranks < 1) {
      throw new UserException(OPTION, "is " + ranks, "give 1 or more");
    }
    RankIdentity identity = RankIdentity.fromEnvironment();
    if (identity.launcher() != RankIdentity.Launcher.NONE) {
      throw new UserException(
          OPTION,
          "this is a rank of " + identity.launcher() + " already, number " + identity.rank(),
          "leave the option out under mpirun, srun and torchrun");
    }
    Path failures = Files.createTempDirectory("rsa-ranks");
    try {
      int status =
          gpus
              ? LocalRanks.run(ranks, command, failures)
              : run(Mpirun.find().command(ranks, command), failures);
      if (status != 0) {
        lines(failures, status).forEach(last);
      }
      return status;
    } finally {
      delete(failures);
    }
  }

  /**
   * Returns the command of a rank: this command line on {@code scripts/rsa} without {@code
   * --ranks}.
   *
   * @param home the checkout
   * @param arguments those of this process, the command's name first
   */
  public static List<String> rankCommand(Path home, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(home.resolve("scripts/rsa").toString());
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (argument.equals(OPTION)) {
        i++; // and its value
      } else if (!argument.startsWith(OPTION + "=")) {
        command.add(argument);
      }
    }
    return List.copyOf(command);
  }

  /** Runs mpirun, whose ranks leave their last lines in a directory. */
  static int run(List<String> command, Path failures) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder.environment().put(FailureReport.DIRECTORY_VARIABLE, failures.toString());
    Process process = builder.start();
    Thread forward = new Thread(process::destroy, "rank-end");
    Runtime.getRuntime().addShutdownHook(forward); // SIGTERM and Ctrl-C reach the ranks
    int status = process.waitFor();
    try {
      Runtime.getRuntime().removeShutdownHook(forward);
    } catch (IllegalStateException e) {
      return status; // ending already
    }
    return status;
  }

  /** What failing ranks left, or what the status tells. */
  static List<String> lines(Path failures, int status) throws IOException {
    List<String> lines = new ArrayList<>();
    try (Stream<Path> files = Files.list(failures)) {
      for (Path file : files.sorted().toList()) {
        lines.addAll(Files.readAllLines(file));
      }
    }
    if (lines.isEmpty()) {
      lines.add(
          status > 128
              ? "error: a rank was ended by signal %d%s"
                  .formatted(status - 128, status == 137 ? " (perhaps it was out of memory)" : "")
              : "error: a rank ended with status " + status + "; what it said is above");
    }
    return lines;
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }
}
