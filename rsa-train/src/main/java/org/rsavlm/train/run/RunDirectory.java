package org.rsavlm.train.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.rsavlm.core.UserException;
import org.rsavlm.core.io.AtomicFiles;
import org.rsavlm.core.io.FileFaults;
import org.rsavlm.train.checkpoint.Checkpoint;
import org.rsavlm.train.checkpoint.CheckpointStore;
import org.rsavlm.train.config.Recipe;
import org.rsavlm.train.config.RecipeLoader;
import org.rsavlm.train.config.RecipeWriter;
import org.rsavlm.train.monitor.Provenance;

/**
 * Where a run leaves its files.
 *
 * @param path the directory
 */
public record RunDirectory(Path path) {

  private static final String MEASURED = "measured-";

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

  /** The samples that a rank could not use. */
  Path rejected(int rank) {
    return rank == 0 ? rejected() : path.resolve("rejected-rank-" + rank + ".jsonl");
  }

  /**
   * Removes what a rank that isn't the first has listed in an earlier session.
   *
   * @throws UserException if the file system refuses
   */
  void forgetRejected(int rank) {
    try {
      Files.deleteIfExists(rejected(rank));
    } catch (IOException e) {
      throw new UserException(
          rejected(rank).toString(),
          "can't be removed: " + FileFaults.describe(e),
          "check the directory's permissions",
          e);
    }
  }

  /** A line of held-out measures a stage. */
  public Path evaluation() {
    return path.resolve("evaluation.jsonl");
  }

  /** All that was measured after a stage: the layer grid and the answers beside the measures. */
  public Path measured(String stage) {
    return path.resolve(MEASURED + stage + ".json");
  }

  /** A line of measures each time that the probe set was measured. */
  public Path probe() {
    return path.resolve("probe.jsonl");
  }

  /** Where the time of the latest session went, if it was asked. */
  public Path profile() {
    return path.resolve("profile.json");
  }

  /** Event files for TensorBoard. */
  public Path tensorboard() {
    return path.resolve("tensorboard");
  }

  /** The model after the latest finished stage, in Hugging Face layout. */
  public Path model() {
    return path.resolve("model");
  }

  /** The state of the run at several steps, from which it continues. */
  public Path checkpoints() {
    return path.resolve("checkpoints");
  }

  /** The newest checkpoint of a run of this recipe; empty if there is none. */
  public Optional<Path> newestCheckpoint(Recipe recipe) {
    return new CheckpointStore(checkpoints(), recipe).newest().map(Checkpoint::directory);
  }

  /** Whether a run was begun here. */
  boolean holdsRun() {
    return Files.exists(config());
  }

  /** Whether a name is the temporary one of a file that a killed process was writing. */
  boolean isTemporary(String name) {
    return (name.endsWith(".tmp") || name.endsWith(".old"))
        && (name.startsWith("." + MEASURED)
            || Stream.of(
                    config(),
                    rejected(),
                    evaluation(),
                    model(),
                    profile(),
                    path.resolve(Provenance.FILE))
                .anyMatch(file -> name.startsWith("." + file.getFileName() + ".")));
  }

  /**
   * Writes what a run is made from.
   *
   * @throws UserException if the file system refuses
   */
  void begin(Recipe recipe, Provenance provenance) {
    provenance.write(path);
    AtomicFiles.write(config(), RecipeWriter.toYaml(recipe));
  }

  /** Notes the values of a run that goes on and may differ from its start: those without effect. */
  void update(Recipe recipe) {
    if (!RecipeLoader.load(config()).equals(recipe)) {
      AtomicFiles.write(config(), RecipeWriter.toYaml(recipe));
    }
  }
}
