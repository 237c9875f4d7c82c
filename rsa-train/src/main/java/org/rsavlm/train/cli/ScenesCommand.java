package org.rsavlm.train.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.file.Path;
import org.rsavlm.train.demo.DemoFiles;
import org.rsavlm.train.demo.DemoTokenizer;
import org.rsavlm.train.demo.SceneDataset;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rsa data scenes}: draws the quickstart's data set. */
@Command(
    name = "scenes",
    description = "Draws scenes of coloured shapes with captions and questions.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = "  rsa data scenes --out out/scenes --train 5000 --held-out 1000")
final class ScenesCommand implements Runnable {

  private static final SceneDataset.Parameters DEFAULTS = SceneDataset.Parameters.defaults();

  @Mixin private CommandOutput output = new CommandOutput();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "directory of the data set; a complete one of the same parameters is kept")
  private Path out = Path.of("");

  @Option(names = "--train", paramLabel = "N", description = "pairs to train on (${DEFAULT-VALUE})")
  private int train = DEFAULTS.train();

  @Option(
      names = "--held-out",
      paramLabel = "N",
      description = "pairs to measure on (${DEFAULT-VALUE})")
  private int heldOut = DEFAULTS.heldOut();

  @Option(
      names = "--more-text",
      paramLabel = "N",
      description = "further captions without pictures (${DEFAULT-VALUE})")
  private int moreText = DEFAULTS.moreText();

  @Option(
      names = "--side",
      paramLabel = "PIXELS",
      description = "edge of the square pictures (${DEFAULT-VALUE})")
  private int side = DEFAULTS.side();

  @Option(names = "--seed", paramLabel = "N", description = "any number (${DEFAULT-VALUE})")
  private long seed = DEFAULTS.seed();

  @Override
  public void run() {
    DemoFiles files =
        SceneDataset.write(out, new SceneDataset.Parameters(train, heldOut, moreText, side, seed));
    report(output, files);
  }

  /** Trains the data set's tokenizer and prints where the files are. */
  static void report(CommandOutput output, DemoFiles files) {
    Path tokenizer = DemoTokenizer.write(files);
    output.line("The data set is in " + files.directory() + ".");
    output.result(
        JsonNodeFactory.instance
            .objectNode()
            .put("directory", files.directory().toString())
            .put("images", files.images().toString())
            .put("tokenizer", tokenizer.toString())
            .put("manifest", files.manifest().toString()));
  }
}
