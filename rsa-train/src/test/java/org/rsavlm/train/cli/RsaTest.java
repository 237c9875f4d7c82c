package org.rsavlm.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rsavlm.core.UserException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import sun.misc.Signal;

class RsaTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | error: rsa: no command given (see rsa --help)",
        "docter | error: rsa: unknown command 'docter' (did you mean 'doctor'?)",
        "xyzzyplugh | error: rsa: unknown command 'xyzzyplugh' (see rsa --help)",
        "--versoin | error: rsa: unknown option '--versoin' (did you mean '--version'?)",
        "doctor --jsno | error: rsa doctor: unknown option '--jsno' (did you mean '--json'?)",
        "doctor --ouut=/tmp | error: rsa doctor: unknown option '--ouut=/tmp' (did you mean '--out'?)",
        "doctor extra | error: rsa doctor: unexpected argument 'extra' (see rsa doctor --help)",
        "doctor --out | error: rsa doctor: missing required parameter for option '--out' (DIR) (see rsa doctor --help)",
      })
  void argumentsThatCantBeUsedEndWith2AndOneLine(String args, String line) {
    CommandLineRun run = CommandLineRun.of(args.isEmpty() ? new String[0] : args.split(" "));
    assertThat(run.err()).isEqualTo(line + System.lineSeparator());
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void helpHasExamplesAndStatuses() {
    CommandLineRun run = CommandLineRun.of("--help");
    assertThat(run.status()).isZero();
    assertThat(run.out()).contains("Examples:", "Exit status:", "130", "doctor");
    assertThat(CommandLineRun.of("doctor", "--help").out()).contains("rsa doctor --out", "--json");
  }

  @Test
  void versionNamesTheCommit() {
    CommandLineRun run = CommandLineRun.of("--version");
    assertThat(run.status()).isZero();
    assertThat(run.out())
        .matches("rsa \\d+\\.\\d+\\.\\d+\\S* \\(commit (unknown|[0-9a-f]+(-dirty)?)\\)\\R");
  }

  @Test
  void aMendableFaultIsOneLineAndAnInternalOneBringsItsTrace() {
    UserException mendable = new UserException("a.yaml:3", "seed is 'x'", "write a number");
    assertThat(failing(mendable, false))
        .isEqualTo(new Outcome(2, "error: a.yaml:3: seed is 'x' (write a number)\n"));
    assertThat(failing(mendable, true).err()).contains("\tat org.rsavlm");
    Outcome internal = failing(new IllegalStateException("lost"), false);
    assertThat(internal.status()).isEqualTo(1);
    assertThat(internal.err())
        .startsWith("error: broken: internal fault: java.lang.IllegalStateException: lost (please")
        .contains("\tat org.rsavlm");
    Outcome memory = failing(new OutOfMemoryError("Java heap space"), false);
    assertThat(memory.status()).isEqualTo(2);
    assertThat(memory.err()).contains("RSA_JAVA_OPTS=-Xmx").hasLineCount(1);
    assertThat(failing(new StoppedException("stopped; saved in x", 143), false))
        .isEqualTo(new Outcome(143, "stopped; saved in x\n"));
  }

  @Test
  void aSignalIsNotedAndEndsTheCommandOnceItHasSaved() throws InterruptedException {
    try (StopSignal stop = StopSignal.listen()) {
      stop.throwIfRequested("not yet");
      Signal.raise(new Signal("TERM"));
      for (int i = 0; i < 500 && !stop.requested(); i++) {
        Thread.sleep(10);
      }
      StoppedException stopped = null;
      try {
        stop.throwIfRequested("saved in x");
      } catch (StoppedException e) {
        stopped = e;
      }
      assertThat(stopped).isNotNull().hasMessage("stopped by signal 15; saved in x");
      assertThat(stopped.status()).isEqualTo(143);
    }
  }

  private record Outcome(int status, String err) {}

  @Command(name = "broken")
  private static final class Broken {}

  private static Outcome failing(Throwable e, boolean verbose) {
    StringWriter err = new StringWriter();
    CommandLine line = new CommandLine(new Broken()).setErr(new PrintWriter(err, true));
    int status = ErrorReporter.report(e, line, verbose);
    return new Outcome(status, err.toString().replace(System.lineSeparator(), "\n"));
  }
}
