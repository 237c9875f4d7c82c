package org.rsavlm.core.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.rsavlm.core.UserException;

/**
 * A directory that is filled under a temporary name until it is committed.
 *
 * <pre>{@code
 * try (PendingDirectory pending = PendingDirectory.of(target)) {
 *   writer.writeFile(pending.path().resolve("weights"));
 *   pending.commit();
 * }
 * }</pre>
 *
 * <p>Closing without a commit removes what was written. A kill may leave it behind, to be deleted
 * at will. What is written into it, plainly, by {@link AtomicFiles} or as another pending
 * directory, is synced to the disk by the commit alone: nothing of it has a name before. Not
 * thread-safe.
 */
public final class PendingDirectory implements AutoCloseable {

  private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

  private final Path target;
  private final Path temporary;
  private boolean committed;

  private PendingDirectory(Path target, Path temporary) {
    this.target = target;
    this.temporary = temporary;
  }

  /**
   * Makes an empty directory under a temporary name beside the target.
   *
   * @param target the final name; missing parents are made
   * @throws UserException if the file system refuses
   */
  public static PendingDirectory of(Path target) {
    Path temporary = PendingFile.temporaryName(target, "tmp");
    try {
      Files.createDirectories(temporary);
    } catch (IOException e) {
      throw PendingFile.refused(target, e);
    }
    PendingDirectory pending = new PendingDirectory(target, temporary);
    OPEN.add(key(temporary));
    return pending;
  }

  /** Returns where to write, until the commit. */
  public Path path() {
    return temporary;
  }

  /**
   * Syncs all that is in the directory and gives it its final name. A directory of that name is
   * moved aside first and deleted afterwards; a kill between the two renames leaves it whole as
   * {@code .NAME.*.old}.
   *
   * @throws UserException if the file system refuses
   */
  public void commit() {
    try {
      if (!isOpen(target)) {
        AtomicFiles.syncTree(temporary);
      }
      if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
        exchange();
      } else {
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        AtomicFiles.syncDirectory(PendingFile.parent(target));
      }
      committed = true;
    } catch (IOException e) {
      throw PendingFile.refused(target, e);
    }
  }

  private void exchange() throws IOException {
    Path old = PendingFile.temporaryName(target, "old");
    Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
    try {
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
      throw e;
    }
    AtomicFiles.syncDirectory(PendingFile.parent(target));
    AtomicFiles.deleteQuietly(old);
  }

  /** Removes the temporary directory unless it was committed. */
  @Override
  public void close() {
    OPEN.remove(key(temporary));
    if (!committed) {
      AtomicFiles.deleteQuietly(temporary);
    }
  }

  /** Whether a path is, or lies in, a directory that is pending, whose commit will sync it. */
  static boolean isOpen(Path path) {
    if (OPEN.isEmpty()) {
      return false;
    }
    for (Path up = key(path); up != null; up = up.getParent()) {
      if (OPEN.contains(up)) {
        return true;
      }
    }
    return false;
  }

  private static Path key(Path path) {
    return path.toAbsolutePath().normalize();
  }
}
