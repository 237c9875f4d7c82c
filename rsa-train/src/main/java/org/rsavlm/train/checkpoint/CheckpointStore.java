package org.rsavlm.train.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.rsavlm.core.UserException;
import org.rsavlm.core.io.AtomicFiles;
import org.rsavlm.core.io.FileFaults;
import org.rsavlm.train.config.Recipe;
import org.rsavlm.train.config.StageRecipe;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of a run: directories {@code STAGE-step-N}.
 *
 * <p>A checkpoint is filled under a temporary name, synced and renamed, and only then are older
 * ones removed: a process killed or a disk full at any instant leaves the last whole one. One
 * process at a time uses a store.
 */
public final class CheckpointStore {

  private static final Logger LOG = LoggerFactory.getLogger(CheckpointStore.class);
  private static final String STEP = "-step-";

  /** Behind the name of a checkpoint that was found damaged, and in front, of one being removed. */
  private static final String DAMAGED = ".damaged";

  private static final String REMOVED = ".removed-";

  private final Path directory;
  private final List<String> stages;

  private record Place(Checkpoint checkpoint, int stage, long step) {}

  /**
   * The store of a directory, which need not exist.
   *
   * @param directory {@code DIR/checkpoints} of a run
   * @param recipe names the stages in their order
   */
  public CheckpointStore(Path directory, Recipe recipe) {
    this.directory = directory;
    stages = recipe.stages().stream().map(StageRecipe::name).toList();
  }

  /** Returns the newest checkpoint, whole or not; empty if there is none. */
  public Optional<Checkpoint> newest() {
    return places().stream().map(Place::checkpoint).findFirst();
  }

  /**
   * Returns the newest checkpoint whose files all have their checksums. Newer ones are put aside
   * with a warning, so that they count as checkpoints no more.
   *
   * @return empty if the store has no checkpoint at all
   * @throws UserException if all are damaged
   */
  public Optional<Checkpoint> newestIntact() {
    List<Place> places = places();
    List<Path> damaged = new ArrayList<>();
    for (Place place : places) {
      Path path = place.checkpoint().directory();
      try {
        Manifest.verify(path);
        damaged.forEach(this::putAside);
        return Optional.of(place.checkpoint());
      } catch (DamagedCheckpointException e) {
        LOG.warn("{}; the checkpoint is not used", e.getMessage());
        damaged.add(path);
      }
    }
    if (damaged.isEmpty()) {
      return Optional.empty();
    }
    throw new UserException(
        directory.toString(),
        damaged.size() == 1
            ? "its only checkpoint is damaged"
            : "all " + damaged.size() + " checkpoints are damaged",
        "restore one from a copy, or train afresh with another --out");
  }

  /**
   * Removes the checkpoints that come after one of this store, from which a run continues: they
   * will be made again.
   */
  public void removeAfter(Checkpoint from) {
    for (Place place : places()) {
      if (place.checkpoint().equals(from)) {
        return;
      }
      LOG.warn("{} comes later and is removed", place.checkpoint().directory());
      remove(place.checkpoint().directory());
    }
  }

  /** Returns the checkpoint of this store that a path leads to; empty if it leads elsewhere. */
  public Optional<Checkpoint> find(Path path) {
    Path wanted = path.toAbsolutePath().normalize();
    return places().stream()
        .map(Place::checkpoint)
        .filter(own -> own.directory().toAbsolutePath().normalize().equals(wanted))
        .findFirst();
  }

  /**
   * Begins a checkpoint, to be filled and committed.
   *
   * @param at where the run stands
   * @throws UserException if the file system refuses
   */
  public PendingCheckpoint begin(StageState at) {
    return new PendingCheckpoint(this, target(at));
  }

  private Path target(StageState at) {
    return directory.resolve(at.stage() + STEP + at.step());
  }

  /** Removes all but the newest. */
  void keepNewest(int count) {
    places().stream().skip(count).forEach(place -> remove(place.checkpoint().directory()));
  }

  /**
   * Returns what to tell the user when a checkpoint could not be saved.
   *
   * @param at where the run stood
   * @param e what the file system refused
   */
  public UserException notSaved(StageState at, UserException e) {
    String what = e.getCause() instanceof IOException io ? FileFaults.describe(io) : e.getMessage();
    String last =
        newest().map(c -> "the last checkpoint is " + c.directory()).orElse("there is none before");
    return new UserException(
        target(at).toString(),
        "can't be saved: " + what + "; " + last,
        "mend it, such as by freeing space, and run the same command again to resume",
        e);
  }

  /** Deletes what a killed process left under temporary names. */
  public void sweep() {
    for (Path path : entries()) {
      String name = String.valueOf(path.getFileName());
      if (name.startsWith(".")
          && (name.endsWith(".tmp") || name.endsWith(".old") || name.startsWith(REMOVED))) {
        delete(path);
      }
    }
  }

  /** Newest first. */
  private List<Place> places() {
    List<Place> places = new ArrayList<>();
    for (Path path : entries()) {
      String name = String.valueOf(path.getFileName());
      int at = name.lastIndexOf(STEP);
      int stage = at < 0 ? -1 : stages.indexOf(name.substring(0, at));
      String step = at < 0 ? "" : name.substring(at + STEP.length());
      if (stage >= 0 && step.matches("\\d{1,18}") && Files.isDirectory(path)) {
        places.add(new Place(new Checkpoint(path), stage, Long.parseLong(step)));
      }
    }
    places.sort(Comparator.comparingInt(Place::stage).thenComparingLong(Place::step).reversed());
    return places;
  }

  private List<Path> entries() {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.list(directory)) {
      return paths.toList();
    } catch (IOException e) {
      throw new UserException(
          directory.toString(), "can't be read: " + e, "check its permissions", e);
    }
  }

  private void putAside(Path damaged) {
    Path aside = damaged.resolveSibling(damaged.getFileName() + DAMAGED);
    try {
      AtomicFiles.deleteTree(aside);
      Files.move(damaged, aside, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UserException(
          damaged.toString(), "is damaged and can't be renamed: " + e, "remove it", e);
    }
  }

  /** Renamed first, so that a kill meanwhile leaves no half of it under its name. */
  private void remove(Path checkpoint) {
    Path hidden = checkpoint.resolveSibling(REMOVED + checkpoint.getFileName());
    try {
      AtomicFiles.deleteTree(hidden);
      Files.move(checkpoint, hidden, StandardCopyOption.ATOMIC_MOVE);
      delete(hidden);
    } catch (IOException e) {
      LOG.warn("{} can't be removed: {}", checkpoint, FileFaults.describe(e));
    }
  }

  private static void delete(Path path) {
    try {
      AtomicFiles.deleteTree(path);
    } catch (IOException e) {
      LOG.warn("{} can't be removed: {}", path, FileFaults.describe(e));
    }
  }
}
