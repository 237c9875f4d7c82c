package org.rsavlm.core.io;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import org.rsavlm.core.UserException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that is written under a temporary name until it is committed: for sets of files that
 * should appear together, such as the shards of a model.
 *
 * <p>Fill it, commit it, close it; closing without a commit removes the temporary file. The
 * directory has to be synced by the caller once all are committed ({@link
 * AtomicFiles#syncDirectory}). Not thread-safe.
 */
public final class PendingFile implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PendingFile.class);

  private final Path target;
  private final Path temporary;
  private boolean committed;

  private PendingFile(Path target) {
    this.target = target;
    this.temporary = temporaryName(target, "tmp");
  }

  /**
   * Plans a file; nothing is written yet.
   *
   * @param target the final name
   * @return the pending file
   */
  public static PendingFile of(Path target) {
    return new PendingFile(target);
  }

  /**
   * Writes the content under the temporary name and syncs it to the disk, in a {@link
   * PendingDirectory} with all else that is in it. Missing parent directories are made.
   *
   * @param content writes the bytes
   * @throws UserException if the file system refuses; the temporary file is gone then
   */
  public void fill(FileContent content) {
    try {
      Files.createDirectories(parent(target));
      try (FileChannel channel = FileChannel.open(temporary, CREATE_NEW, READ, WRITE)) {
        content.writeTo(channel);
        if (!PendingDirectory.isOpen(target)) {
          channel.force(true);
        }
      }
    } catch (IOException e) {
      close();
      throw refused(target, e);
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /**
   * Gives the file its final name, replacing one that stands there.
   *
   * @throws UserException if the file system refuses
   */
  public void commit() {
    try {
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      committed = true;
    } catch (IOException e) {
      throw refused(target, e);
    }
  }

  /** Removes the temporary file unless it was committed. */
  @Override
  public void close() {
    if (!committed) {
      try {
        Files.deleteIfExists(temporary);
      } catch (IOException e) {
        LOG.warn("{}: temporary files cannot be removed: {}", temporary, FileFaults.describe(e));
      }
    }
  }

  /**
   * Returns a hidden name beside the target that no other writer uses, on this machine or another.
   */
  static Path temporaryName(Path target, String suffix) {
    Path name = target.getFileName();
    if (name == null) {
      throw new UserException(target.toString(), "not a file name", "name a file in a directory");
    }
    String unique = UUID.randomUUID().toString().substring(0, 13);
    return target.resolveSibling("." + name + "." + unique + "." + suffix);
  }

  static Path parent(Path target) {
    Path parent = target.toAbsolutePath().getParent();
    return parent == null ? target.toAbsolutePath() : parent;
  }

  static UserException refused(Path target, IOException cause) {
    return new UserException(
        target.toString(),
        "cannot be written: " + FileFaults.describe(cause),
        "check free space and permissions, or choose another place",
        cause);
  }
}
