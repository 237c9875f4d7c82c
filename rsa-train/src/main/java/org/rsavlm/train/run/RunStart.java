package org.rsavlm.train.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;
import org.rsavlm.train.checkpoint.Checkpoint;
import org.rsavlm.train.checkpoint.CheckpointStore;
import org.rsavlm.train.checkpoint.FinishedState;
import org.rsavlm.train.checkpoint.RunState;
import org.rsavlm.train.checkpoint.StageState;
import org.rsavlm.train.config.Recipe;
import org.rsavlm.train.config.RecipeDifference;
import org.rsavlm.train.config.RecipeLoader;
import org.rsavlm.train.config.RecipeWriter;
import org.rsavlm.train.monitor.Provenance;

/**
 * Where a run starts: at its beginning, or at a checkpoint.
 *
 * @param checkpoint from which it continues; null at the beginning
 * @param state of that checkpoint
 * @param measured the line of {@code evaluation.jsonl} of the stage at which it stands; null if
 *     that stage is not over, or not measured
 * @param provenance what the run is made from now
 */
record RunStart(
    @Nullable Checkpoint checkpoint,
    @Nullable RunState state,
    @Nullable ObjectNode measured,
    Provenance provenance) {

  private static final int SHOWN = 3;

  /**
   * Finds it.
   *
   * @param provenance what the run is made from now
   * @throws UserException if the directory holds a run that can't be continued so
   */
  static RunStart find(
      Recipe recipe, RunDirectory directory, Resume resume, Provenance provenance) {
    CheckpointStore store = new CheckpointStore(directory.checkpoints(), recipe);
    if (directory.holdsRun()) {
      if (resume.mode() == Resume.Mode.NEVER) {
        throw new UserException(
            directory.path().toString(),
            "holds a run already",
            "give another --out, or --resume auto to continue it");
      }
      requireEqual(directory.path(), RecipeLoader.load(directory.config()), recipe);
    }
    Checkpoint checkpoint =
        resume.from() != null
            ? chosen(directory, store, resume.from())
            : newest(directory, store).orElse(null);
    if (checkpoint == null) {
      return new RunStart(null, null, null, provenance);
    }
    requireEqual(checkpoint.directory(), checkpoint.config(), recipe);
    RunState state = checkpoint.state();
    if (!state.dataSha256().equals(provenance.dataSha256())) {
      throw new UserException(
          checkpoint.directory().toString(),
          "was made with other data files than the recipe names now",
          "put the former files back, or train afresh with another --out");
    }
    ObjectNode measured =
        state.at().complete()
            ? EvaluationLog.find(directory.evaluation(), state.at().stage())
            : null;
    return new RunStart(checkpoint, state, measured, provenance);
  }

  private static Optional<Checkpoint> newest(RunDirectory directory, CheckpointStore store) {
    Optional<Checkpoint> newest = store.newestIntact();
    if (newest.isPresent() && !directory.holdsRun()) {
      throw new UserException(
          directory.config().toString(),
          "is missing, though there are checkpoints",
          "give one of them to --resume, or another --out");
    }
    // A model appears after the checkpoint of its stage: its checkpoints were removed.
    if (newest.isEmpty() && Files.exists(directory.model())) {
      throw new UserException(
          directory.path().toString(),
          "holds a trained model but no checkpoint to continue from",
          "give another --out");
    }
    return newest;
  }

  private static Checkpoint chosen(RunDirectory directory, CheckpointStore store, Path path) {
    if (!Files.isDirectory(path)) {
      throw new UserException(
          "--resume " + path,
          "no such checkpoint",
          "give auto, never, or a directory such as " + directory.checkpoints() + "/STAGE-step-N");
    }
    Optional<Checkpoint> own = store.find(path);
    if (own.isEmpty() && directory.holdsRun()) {
      throw new UserException(
          "--resume " + path,
          "is not a checkpoint of the run in " + directory.path(),
          "give another --out to continue from it there");
    }
    Checkpoint checkpoint = own.orElse(new Checkpoint(path));
    checkpoint.verify();
    return checkpoint;
  }

  private static void requireEqual(Path where, Recipe there, Recipe now) {
    List<RecipeDifference.Entry> differences = RecipeDifference.between(there, now);
    if (differences.isEmpty()) {
      return;
    }
    String shown =
        differences.stream()
            .limit(SHOWN)
            .map(
                d ->
                    d.key()
                        + " is "
                        + value(d.first())
                        + " there and "
                        + value(d.second())
                        + " now")
            .collect(Collectors.joining(", "));
    int more = differences.size() - SHOWN;
    throw new UserException(
        where.toString(),
        "holds a run of another recipe: "
            + shown
            + (more > 0 ? ", and " + more + " more keys" : ""),
        "give another --out, or the former values to continue it");
  }

  private static String value(@Nullable String text) {
    return text == null ? "absent" : text;
  }

  /** Puts the directory into the state that the run starts from. */
  void prepare(Recipe recipe, RunDirectory directory) {
    CheckpointStore store = new CheckpointStore(directory.checkpoints(), recipe);
    store.sweep();
    if (checkpoint != null && store.find(checkpoint.directory()).isPresent()) {
      store.removeAfter(checkpoint);
    }
    RunRecords.cutBack(
        directory, recipe, checkpoint, measured == null ? List.of() : List.of(measured));
    if (!directory.holdsRun()) {
      directory.begin(recipe, provenance);
    } else {
      directory.update(recipe);
    }
  }

  /** The stages that are behind. */
  List<FinishedState> finished() {
    return state == null ? List.of() : state.finished();
  }

  /** Where a stage stands that was begun and is not behind; null for the others. */
  @Nullable StageState at(String stage) {
    return state != null && state.at().stage().equals(stage) ? state.at() : null;
  }

  /** The weights to start from; null for those that the recipe states. */
  @Nullable Path weights() {
    return checkpoint == null ? null : checkpoint.model();
  }

  /** The checkpoint of {@link #state}. */
  Checkpoint requireCheckpoint() {
    return Objects.requireNonNull(checkpoint);
  }

  /** What belongs into a checkpoint of this run. */
  RunState with(StageState at, List<FinishedState> finished, Recipe recipe) {
    return new RunState(at, finished, RecipeWriter.sha256(recipe), provenance.dataSha256());
  }
}
