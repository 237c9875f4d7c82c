package org.rsavlm.train.cli;

import java.nio.file.Path;
import org.rsavlm.models.llava.VlmImport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rsa export}: writes a trained model for other programs. */
@Command(
    name = "export",
    description = {
      "Writes a model directory for transformers' LlavaOnevisionForConditionalGeneration and"
          + " AutoProcessor: the names of the published llava-hf checkpoints, one element type, all"
          + " files of tokenizer, processor and generation."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = "  rsa export --model out/run/model --out out/hf --dtype bfloat16")
final class ExportCommand implements Runnable {

  @Mixin private CommandOutput output = new CommandOutput();

  @Mixin private ModelOutputOptions writing = new ModelOutputOptions();

  @Option(
      names = "--model",
      paramLabel = "DIR",
      required = true,
      description = "a model directory, such as DIR/model of a training run")
  private Path model = Path.of("");

  @Override
  public void run() {
    ModelOutputOptions.report(
        output, VlmImport.convert(model, null, writing.out(), writing.dtype()));
  }
}
