package org.rsavlm.train.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command {@code rsa}: parses its arguments, runs a subcommand and answers its exit status. */
@Command(
    name = "rsa",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Trains and measures vision-language models with the RSA loss.",
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:done",
      "1:a fault of this program; please report it",
      "2:something you can mend: arguments, files, data",
      "130:stopped by Ctrl-C after saving",
      "143:stopped by SIGTERM after saving"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  rsa doctor",
      "  rsa data scenes --out out/scenes",
      "  rsa train --config configs/debug.yaml --out out/debug"
    })
public final class Rsa implements Runnable {

  private static final List<Class<?>> COMMANDS =
      List.of(
          QuickstartCommand.class,
          TrainCommand.class,
          GenerateCommand.class,
          EvalCommand.class,
          CompareCommand.class,
          AlignCommand.class,
          StudyCommand.class,
          PlanCommand.class,
          ImportCommand.class,
          ExportCommand.class,
          DataCommand.class,
          DoctorCommand.class);

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "log more, and show the stack trace of an error")
  private boolean verbose;

  private Rsa() {}

  /**
   * Runs the command line and ends the process with its exit status.
   *
   * @param args a command and its options
   */
  public static void main(String[] args) {
    PrintWriter out = writer(FileDescriptor.out);
    PrintWriter err = writer(FileDescriptor.err);
    EngineStart engine = EngineStart.of(args);
    int status = run(out, err, args);
    engine.finish();
    out.flush();
    err.flush();
    System.exit(status);
  }

  /**
   * Runs a command in this process.
   *
   * @param out gets answers
   * @param err gets errors
   * @param args a command and its options
   * @return the exit status
   */
  static int run(PrintWriter out, PrintWriter err, String... args) {
    Rsa rsa = new Rsa();
    CommandLine line = new CommandLine(rsa);
    commands(args).forEach(line::addSubcommand);
    line.setOut(out).setErr(err);
    line.setUsageHelpWidth(100).setUsageHelpLongOptionsMaxWidth(36);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionStrategy(
        parsed -> {
          Logs.level(rsa.verbose);
          return new CommandLine.RunLast().execute(parsed);
        });
    line.setParameterExceptionHandler(ErrorReporter::reportUsage);
    line.setExecutionExceptionHandler((e, at, parsed) -> ErrorReporter.report(e, at, rsa.verbose));
    try {
      return line.execute(args);
    } catch (Error e) { // picocli passes errors such as OutOfMemoryError on
      return ErrorReporter.report(e, line, rsa.verbose);
    }
  }

  /** What could be meant: reading what all commands take would cost a start 0.1 s. */
  private static List<Class<?>> commands(String... args) {
    if (args.length > 0) {
      for (Class<?> command : COMMANDS) {
        if (command.getAnnotation(Command.class).name().equals(args[0])) {
          return List.of(command);
        }
      }
    }
    return COMMANDS;
  }

  /** Without a command there is nothing to do. */
  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "no command given");
  }

  private static PrintWriter writer(FileDescriptor descriptor) {
    return new PrintWriter(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }
}
