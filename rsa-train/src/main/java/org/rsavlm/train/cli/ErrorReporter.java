package org.rsavlm.train.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rsavlm.core.Nearest;
import org.rsavlm.core.UserException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns exceptions into one line on stderr, {@code error: WHERE: WHAT (CURE)}, and a status. */
final class ErrorReporter {

  static final int INTERNAL_FAULT = 1;
  static final int USER_FAULT = 2;

  private ErrorReporter() {}

  /** Prints what is wrong with arguments that can't be parsed, with the nearest known name. */
  static int reportUsage(ParameterException e, String[] args) {
    CommandLine at = e.getCommandLine();
    String command = at.getCommandSpec().qualifiedName();
    String what = String.valueOf(e.getMessage());
    String cure = "see " + command + " --help";
    if (e instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
      String word = unmatched.getUnmatched().get(0);
      List<String> known = new ArrayList<>(at.getSubcommands().keySet());
      if (unmatched.isUnknownOption()) {
        what = "unknown option '" + word + "'";
        known = new ArrayList<>(at.getCommandSpec().optionsMap().keySet());
        known.removeIf(name -> !name.startsWith("--"));
        word = word.replaceFirst("=.*", "");
      } else if (known.isEmpty()) {
        what = "unexpected argument '" + word + "'";
      } else {
        what = "unknown command '" + word + "'";
      }
      Optional<String> nearest = Nearest.to(word, known);
      cure = nearest.map(name -> "did you mean '" + name + "'?").orElse(cure);
    }
    print(at, new UserException(command, lowerFirst(what), cure));
    return USER_FAULT;
  }

  /** Prints what a command threw, with its stack trace if it is a fault of ours or asked for. */
  static int report(Throwable e, CommandLine at, boolean verbose) {
    String command = at.getCommandSpec().qualifiedName();
    if (e instanceof StoppedException stopped) {
      at.getErr().println(stopped.getMessage());
      return stopped.status();
    }
    if (e instanceof UserException mendable) {
      print(at, mendable);
      trace(e, at, verbose);
      return USER_FAULT;
    }
    if (e instanceof OutOfMemoryError) {
      print(
          at,
          new UserException(
              command,
              "out of memory: " + e.getMessage(),
              "raise the heap with RSA_JAVA_OPTS=-Xmx8g, or lower micro_batch_size"));
      trace(e, at, verbose);
      return USER_FAULT;
    }
    print(
        at,
        new UserException(
            command, "internal fault: " + e, "please report it with the lines that follow"));
    trace(e, at, true);
    return INTERNAL_FAULT;
  }

  private static void print(CommandLine at, UserException e) {
    at.getErr().println("error: " + e.getMessage());
  }

  private static void trace(Throwable e, CommandLine at, boolean wanted) {
    if (wanted) {
      e.printStackTrace(at.getErr());
    }
  }

  private static String lowerFirst(String text) {
    return text.isEmpty() ? text : Character.toLowerCase(text.charAt(0)) + text.substring(1);
  }
}
