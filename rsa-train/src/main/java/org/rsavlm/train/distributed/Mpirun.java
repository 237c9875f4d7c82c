package org.rsavlm.train.distributed;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.rsavlm.core.UserException;

/**
 * The mpirun of this machine.
 *
 * @param program its name or path
 * @param version the first lines of what {@code --version} says
 * @param processors of this machine
 * @param root whether the user is root, whom Open MPI refuses without a word
 */
record Mpirun(String program, String version, int processors, boolean root) {

  /** Names a program instead of {@code mpirun}. */
  static final String VARIABLE = "RSA_MPIRUN";

  /**
   * Asks mpirun who it is.
   *
   * @throws UserException if there is none
   */
  static Mpirun find() {
    return find(System.getenv().getOrDefault(VARIABLE, "mpirun"));
  }

  static Mpirun find(String program) {
    String version;
    try {
      Process process = new ProcessBuilder(program, "--version").redirectErrorStream(true).start();
      process.getOutputStream().close();
      version = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    } catch (IOException e) {
      throw new UserException(
          program,
          "not found, and ranks on CPUs need MPI",
          "install openmpi-bin or mpich, or set " + VARIABLE + " to an mpirun",
          e);
    }
    return new Mpirun(
        program,
        version,
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("user.name", "").equals("root"));
  }

  boolean openMpi() {
    return version.contains("Open MPI") || version.contains("OpenRTE");
  }

  /** The command line that runs {@code command} on so many ranks. */
  List<String> command(int ranks, List<String> command) {
    List<String> line = new ArrayList<>();
    line.add(program);
    if (openMpi()) {
      line.addAll(List.of("--bind-to", "none")); // else each rank computes on one core alone
      if (ranks > processors) {
        line.add("--oversubscribe");
      }
      if (root) {
        line.add("--allow-run-as-root");
      }
    }
    line.addAll(List.of("-np", Integer.toString(ranks)));
    line.addAll(command);
    return List.copyOf(line);
  }
}
