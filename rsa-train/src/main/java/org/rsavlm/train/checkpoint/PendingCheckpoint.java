package org.rsavlm.train.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rsavlm.core.UserException;
import org.rsavlm.core.io.AtomicFiles;
import org.rsavlm.core.io.FileFaults;
import org.rsavlm.core.io.PendingDirectory;
import org.rsavlm.train.config.Recipe;
import org.rsavlm.train.config.RecipeWriter;
import org.rsavlm.train.optim.AdamW;

/**
 * A checkpoint on its way to the disk: the caller puts model, optimiser and rejected samples into
 * it, in any order, and {@link #commit} makes a checkpoint of it. Closed before that, it leaves
 * nothing.
 */
public final class PendingCheckpoint implements AutoCloseable {

  private final CheckpointStore store;
  private final PendingDirectory directory;
  private final Path target;

  PendingCheckpoint(CheckpointStore store, Path target) {
    this.store = store;
    this.target = target;
    directory = PendingDirectory.of(target);
  }

  /** Returns where the model belongs, in Hugging Face layout; the directory is to be made. */
  public Path model() {
    return new Checkpoint(directory.path()).model();
  }

  /**
   * Adds the state of an optimiser; not at the end of a stage, as the next starts with a new one.
   *
   * @throws UserException if the file system refuses
   */
  public void add(AdamW optimizer) {
    Checkpoint.writeOptimizer(directory.path(), optimizer);
  }

  /**
   * Adds the rejected samples so far.
   *
   * @param file that lists them; may be missing
   * @throws UserException if the file system refuses
   */
  public void addRejected(Path file) {
    if (!Files.exists(file)) {
      return;
    }
    try {
      Files.copy(file, new Checkpoint(directory.path()).rejected());
    } catch (IOException e) {
      throw refused(e);
    }
  }

  /**
   * Adds where the run stands, lists the files, gives the checkpoint its name, and then removes all
   * but the newest ones.
   *
   * @param recipe of the run; says how many are kept
   * @throws UserException if the file system refuses; what was there before still is
   */
  public void commit(Recipe recipe, RunState state) {
    Path files = directory.path();
    AtomicFiles.write(files.resolve(Checkpoint.CONFIG), RecipeWriter.toYaml(recipe));
    AtomicFiles.write(files.resolve(Checkpoint.STATE), state.toJson());
    try {
      Manifest.write(files);
    } catch (IOException e) {
      throw refused(e);
    }
    directory.commit();
    store.keepNewest(recipe.checkpoint().keep());
  }

  private UserException refused(IOException e) {
    return new UserException(
        target.toString(),
        "cannot be written: " + FileFaults.describe(e),
        "check free space and permissions",
        e);
  }

  /** Removes what was written, unless it was committed. */
  @Override
  public void close() {
    directory.close();
  }
}
