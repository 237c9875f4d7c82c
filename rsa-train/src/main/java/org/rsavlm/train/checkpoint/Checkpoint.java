package org.rsavlm.train.checkpoint;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.rsavlm.core.UserException;
import org.rsavlm.models.hub.SafetensorsReader;
import org.rsavlm.models.hub.SafetensorsWriter;
import org.rsavlm.train.config.Recipe;
import org.rsavlm.train.config.RecipeLoader;
import org.rsavlm.train.optim.AdamW;

/**
 * A checkpoint on disk.
 *
 * @param directory that holds it
 */
public record Checkpoint(Path directory) {

  static final String STATE = "state.json";
  static final String CONFIG = "config.yaml";
  private static final String REJECTED = "rejected.jsonl";
  private static final String MODEL = "model";
  private static final String OPTIMIZER = "optimizer.safetensors";

  /** The model in Hugging Face layout. */
  public Path model() {
    return directory.resolve(MODEL);
  }

  /** The samples that could not be used so far; missing if there were none. */
  public Path rejected() {
    return directory.resolve(REJECTED);
  }

  /**
   * The recipe of the run.
   *
   * @throws UserException if it can't be read
   */
  public Recipe config() {
    return RecipeLoader.load(directory.resolve(CONFIG));
  }

  /**
   * Where the run stood.
   *
   * @throws UserException if the file can't be read
   */
  public RunState state() {
    Path file = directory.resolve(STATE);
    try {
      return RunState.parse(Files.readString(file));
    } catch (JsonProcessingException e) {
      throw unreadable(file, e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw unreadable(file, e.toString(), e);
    }
  }

  /**
   * Compares all files with their checksums.
   *
   * @throws UserException if one is missing or has changed, or a newer program wrote it
   */
  public void verify() {
    try {
      Manifest.verify(directory);
    } catch (DamagedCheckpointException e) {
      throw new UserException(
          directory.toString(),
          String.valueOf(e.getMessage()),
          "resume from another checkpoint",
          e);
    }
  }

  /**
   * Fills an optimiser that took no step with the state of the one that was saved.
   *
   * @throws UserException if the state is not of these parameters
   */
  public void restore(AdamW optimizer) {
    Path file = directory.resolve(OPTIMIZER);
    if (!Files.exists(file)) { // no parameter took part yet
      return;
    }
    try (SafetensorsReader reader = SafetensorsReader.open(file)) {
      Map<String, NDArray> state = optimizer.stateToRestore(reader.tensors().keySet());
      state.forEach(reader::readInto);
    } catch (IllegalArgumentException e) {
      throw unreadable(file, String.valueOf(e.getMessage()), e);
    }
  }

  /** Writes an optimiser's state into the directory of a checkpoint that is being made. */
  static void writeOptimizer(Path directory, AdamW optimizer) {
    Map<String, NDArray> state = optimizer.state();
    if (!state.isEmpty()) {
      SafetensorsWriter writer = new SafetensorsWriter();
      state.forEach(writer::add);
      writer.writeFile(directory.resolve(OPTIMIZER));
    }
  }

  private static UserException unreadable(Path file, String what, Exception cause) {
    return new UserException(
        file.toString(), "can't be used: " + what, "resume from another checkpoint", cause);
  }
}
