package org.rsavlm.train.run;

import java.nio.file.Files;
import java.nio.file.Path;
import org.rsavlm.core.UserException;
import org.rsavlm.core.io.AtomicFiles;
import org.rsavlm.train.config.Recipe;
import org.rsavlm.train.config.RecipeWriter;
import org.rsavlm.train.monitor.Provenance;

/**
 * Where a run leaves its files.
 *
 * @param path the directory
 */
public record RunDirectory(Path path) {

  /** The resolved recipe. */
  public Path config() {
    return path.resolve("config.yaml");
  }

  /** A line of numbers a step. */
  public Path metrics() {
    return path.resolve("metrics.jsonl");
  }

  /** Samples that could not be used, a line each. */
  public Path rejected() {
    return path.resolve("rejected.jsonl");
  }

  /** A line of held-out measures a stage. */
  public Path evaluation() {
    return path.resolve("evaluation.jsonl");
  }

  /** The model after the latest finished stage, in Hugging Face layout. */
  public Path model() {
    return path.resolve("model");
  }

  /**
   * Writes what a run is made from. Needs a directory without a run.
   *
   * @throws UserException if there is one already, or the file system refuses
   */
  void begin(Recipe recipe) {
    if (Files.exists(config())) {
      throw new UserException(
          path.toString(),
          "holds a run already",
          "give another --out, or remove the directory to start afresh");
    }
    Provenance.collect(recipe).write(path);
    AtomicFiles.write(config(), RecipeWriter.toYaml(recipe));
  }
}
