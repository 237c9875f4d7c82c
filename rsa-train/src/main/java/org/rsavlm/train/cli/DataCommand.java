package org.rsavlm.train.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code rsa data}: makes data sets. */
@Command(
    name = "data",
    description = "Makes small image-caption data sets as PNG files and LLaVA JSON.",
    mixinStandardHelpOptions = true,
    subcommands = {ScenesCommand.class, EmojiCommand.class},
    synopsisSubcommandLabel = "COMMAND")
final class DataCommand implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  /** Without a subcommand there is nothing to do. */
  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "no data set named");
  }
}
