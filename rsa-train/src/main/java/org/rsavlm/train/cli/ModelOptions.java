package org.rsavlm.train.cli;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.models.llava.LoadedVlm;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of commands that run a model; mix them in. */
final class ModelOptions {

  @Option(
      names = "--model",
      paramLabel = "DIR",
      required = true,
      description = "model directory in Hugging Face layout (llava_onevision)")
  private Path directory = Path.of("");

  @Mixin private DtypeOption type = new DtypeOption();

  /** Returns the model's directory. */
  Path directory() {
    return directory;
  }

  /**
   * Opens the model's directory.
   *
   * @param manager on the model's device
   */
  LoadedVlm open(NDManager manager) {
    return LoadedVlm.open(manager, directory, dtype(manager));
  }

  /** Returns the element type, as an option. */
  DtypeOption type() {
    return type;
  }

  /**
   * Returns the element type of the model's weights.
   *
   * @param manager on the model's device
   */
  TorchDtype dtype(NDManager manager) {
    return type.dtype(manager);
  }
}
