package org.rsavlm.train.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rsavlm.models.llava.VlmImport;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code rsa import}: makes a model directory out of published checkpoints. */
@Command(
    name = "import",
    description = {
      "Makes a model directory in Hugging Face's llava_onevision layout out of a SigLIP and a Qwen2"
          + " checkpoint, or out of a LLaVA-OneVision checkpoint of Hugging Face's (llava-hf) or"
          + " LLaVA-NeXT's (lmms-lab) layout."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  rsa import --vision siglip-so400m-patch14-384 --language Qwen2-1.5B-Instruct --out start",
      "  rsa import --model llava-onevision-qwen2-7b-ov --out llava-7b --dtype bfloat16"
    })
final class ImportCommand implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private CommandOutput output = new CommandOutput();

  @Mixin private ModelOutputOptions writing = new ModelOutputOptions();

  @Option(names = "--model", paramLabel = "DIR", description = "a LLaVA-OneVision checkpoint")
  private @Nullable Path model;

  @Option(
      names = "--vision",
      paramLabel = "DIR",
      description =
          "a SigLIP checkpoint: the tower of the new model, or of a --model without its own")
  private @Nullable Path vision;

  @Option(
      names = "--language",
      paramLabel = "DIR",
      description = "a Qwen2 or Qwen2.5 checkpoint with its tokenizer")
  private @Nullable Path language;

  @Option(
      names = "--vision-layers",
      paramLabel = "N",
      description = "layers of the tower to keep (all but the last, as LLaVA does)")
  private int visionLayers;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "of the new projector and image newline (${DEFAULT-VALUE})")
  private long seed;

  @Override
  public void run() {
    if (model != null && language == null) {
      ModelOutputOptions.report(
          output, VlmImport.convert(model, vision, writing.out(), writing.dtype()));
    } else if (model == null && vision != null && language != null) {
      ModelOutputOptions.report(
          output,
          VlmImport.join(vision, language, writing.out(), visionLayers, seed, writing.dtype()));
    } else {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "give either --model, or --vision and --language");
    }
  }
}
