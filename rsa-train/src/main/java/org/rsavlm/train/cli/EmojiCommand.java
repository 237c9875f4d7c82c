package org.rsavlm.train.cli;

import java.nio.file.Path;
import org.rsavlm.train.demo.EmojiDataset;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rsa data emoji}: turns npm packages of emoji into a data set. */
@Command(
    name = "emoji",
    description = "Turns the npm packages emoji-datasource-google and emojibase-data into pairs.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = "  rsa data emoji --packages out/emoji/packages --out out/emoji/emoji")
final class EmojiCommand implements Runnable {

  private static final EmojiDataset.Parameters DEFAULTS = EmojiDataset.Parameters.defaults();

  @Mixin private CommandOutput output = new CommandOutput();

  @Option(
      names = "--packages",
      paramLabel = "DIR",
      required = true,
      description = "where both packages are unpacked, side by side or in node_modules")
  private Path packages = Path.of("");

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "directory of the data set; a complete one of the same parameters is kept")
  private Path out = Path.of("");

  @Option(
      names = "--held-out",
      paramLabel = "N",
      description = "pairs to measure on; the others are for training (${DEFAULT-VALUE})")
  private int heldOut = DEFAULTS.heldOut();

  @Option(names = "--seed", paramLabel = "N", description = "any number (${DEFAULT-VALUE})")
  private long seed = DEFAULTS.seed();

  @Override
  public void run() {
    ScenesCommand.report(
        output, EmojiDataset.write(packages, out, new EmojiDataset.Parameters(heldOut, seed)));
  }
}
