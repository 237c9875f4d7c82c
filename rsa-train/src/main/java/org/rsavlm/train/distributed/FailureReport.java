package org.rsavlm.train.distributed;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rsavlm.core.UserException;

/**
 * The last words of a rank.
 *
 * <p>Written straight to the descriptor of stderr: the process is ended right after, by libraries
 * that flush nothing of Java's. mpirun writes lines of its own below; where {@link RankLauncher}
 * started it, the launcher repeats ours at the very end, from a directory.
 */
final class FailureReport {

  /** The status of a job that a rank ended. */
  static final int STATUS = 1;

  /** Names the directory where each failing rank leaves its line. */
  static final String DIRECTORY_VARIABLE = "RSA_FAILURES";

  /** What mpirun needs to pass a rank's last line on before it ends everything. */
  private static final long FORWARDING_MILLIS = 300;

  private FailureReport() {}

  /** Says why this rank ends the job. */
  static void write(RankIdentity identity, String reason) {
    String line = line(identity, reason);
    try {
      new FileOutputStream(FileDescriptor.err).write(line.getBytes(StandardCharsets.UTF_8));
      String directory = System.getenv(DIRECTORY_VARIABLE);
      if (directory != null) {
        Files.writeString(Path.of(directory, "rank-" + identity.rank()), line);
      }
      Thread.sleep(FORWARDING_MILLIS);
    } catch (IOException e) {
      return; // nobody listens any more
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static String line(RankIdentity identity, String reason) {
    return "error: " + identity + ": " + reason.strip().replaceAll("\\s*\\R\\s*", " ") + "\n";
  }

  /** Returns a failure in one line: its message, and what lies behind it where that says more. */
  static String reason(Throwable failure) {
    if (failure instanceof UserException) {
      return String.valueOf(failure.getMessage());
    }
    StringBuilder text = new StringBuilder(failure.toString());
    Throwable cause = failure.getCause();
    while (cause != null) {
      if (text.indexOf(String.valueOf(cause.getMessage())) < 0) {
        text.append("; caused by ").append(cause);
      }
      cause = cause.getCause();
    }
    StackTraceElement[] trace = failure.getStackTrace();
    return trace.length == 0 ? text.toString() : text + " at " + trace[0];
  }
}
