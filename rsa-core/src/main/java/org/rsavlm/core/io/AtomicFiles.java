package org.rsavlm.core.io;

import static java.nio.file.StandardOpenOption.READ;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.rsavlm.core.UserException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes files and directories that appear under their name only when they are whole.
 *
 * <p>The content goes to a hidden temporary name beside the target ({@code .NAME.*.tmp}), is synced
 * to the disk and renamed; then the directory is synced. A process killed or a disk full at any
 * instant leaves what stood under the name before. On failure the temporary file is removed; a kill
 * may leave it behind, to be deleted at will.
 *
 * <p>Faults of the file system (disk full, no permission, something in the way) are thrown as
 * {@link UserException} naming the target; what the caller's own code throws passes unchanged.
 */
public final class AtomicFiles {

  private static final Logger LOG = LoggerFactory.getLogger(AtomicFiles.class);

  private AtomicFiles() {}

  /** Fills a directory that appears when all is in it. */
  @FunctionalInterface
  public interface DirectoryContent {
    /**
     * Writes the files.
     *
     * @param directory an empty directory under a temporary name
     * @throws IOException if writing fails
     */
    void writeTo(Path directory) throws IOException;
  }

  /**
   * Writes a file, replacing one of the same name. Missing parent directories are made.
   *
   * @param target the final name
   * @param content writes the bytes
   * @throws UserException if the file system refuses
   */
  public static void write(Path target, FileContent content) {
    try (PendingFile file = PendingFile.of(target)) {
      file.fill(content);
      file.commit();
    }
    syncDirectory(PendingFile.parent(target));
  }

  /**
   * Writes a file of these bytes, replacing one of the same name.
   *
   * @param target the final name
   * @param bytes the content
   * @throws UserException if the file system refuses
   */
  public static void write(Path target, byte[] bytes) {
    write(
        target,
        channel -> {
          ByteBuffer buffer = ByteBuffer.wrap(bytes);
          while (buffer.hasRemaining()) {
            channel.write(buffer);
          }
        });
  }

  /**
   * Writes a text file in UTF-8, replacing one of the same name.
   *
   * @param target the final name
   * @param text the content, written as it is
   * @throws UserException if the file system refuses
   */
  public static void write(Path target, String text) {
    write(target, text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Writes a directory, replacing one of the same name, as {@link PendingDirectory} does.
   *
   * @param target the final name
   * @param content writes the files
   * @throws UserException if the file system refuses
   */
  public static void writeDirectory(Path target, DirectoryContent content) {
    try (PendingDirectory pending = PendingDirectory.of(target)) {
      content.writeTo(pending.path());
      pending.commit();
    } catch (IOException e) {
      throw PendingFile.refused(target, e);
    }
  }

  /**
   * Makes renames and deletions in a directory last through a power cut; in a {@link
   * PendingDirectory} its commit does that.
   *
   * @param directory the directory
   * @throws UserException if the file system refuses
   */
  public static void syncDirectory(Path directory) {
    if (PendingDirectory.isOpen(directory)) {
      return;
    }
    try {
      sync(directory);
    } catch (IOException e) {
      throw PendingFile.refused(directory, e);
    }
  }

  /**
   * Deletes a file, or a directory with all that is in it; symbolic links are removed, not
   * followed.
   *
   * @param root what to delete; nothing happens if it does not exist
   * @throws IOException if something can't be deleted
   */
  public static void deleteTree(Path root) throws IOException {
    if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    for (Path path : tree(root)) {
      Files.deleteIfExists(path);
    }
  }

  static void deleteQuietly(Path root) {
    try {
      deleteTree(root);
    } catch (IOException e) {
      LOG.warn("{}: temporary files cannot be removed: {}", root, FileFaults.describe(e));
    }
  }

  static void syncTree(Path root) throws IOException {
    for (Path path : tree(root)) {
      if (!Files.isSymbolicLink(path)) {
        sync(path);
      }
    }
  }

  private static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, READ)) {
      channel.force(true);
    }
  }

  /** All paths under the root and itself, children before their directory. */
  private static List<Path> tree(Path root) throws IOException {
    try (Stream<Path> paths = Files.walk(root)) {
      return paths.sorted(Comparator.reverseOrder()).toList();
    }
  }
}
