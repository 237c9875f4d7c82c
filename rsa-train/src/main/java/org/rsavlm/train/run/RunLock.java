package org.rsavlm.train.run;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;
import org.rsavlm.core.io.FileFaults;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a second process out of a run's directory. The system frees the lock when its process ends,
 * however it ends; the empty file {@code .lock} stays.
 */
final class RunLock implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RunLock.class);

  private final FileChannel channel;

  private RunLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock of a directory, which is made if missing.
   *
   * @throws UserException if another process has it, or the file system refuses
   */
  static RunLock take(Path directory) {
    FileChannel channel;
    try {
      Files.createDirectories(directory);
      channel =
          FileChannel.open(
              directory.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new UserException(
          directory.toString(),
          "can't be written: " + FileFaults.describe(e),
          "check the disk's space and permissions",
          e);
    }
    RunLock lock = new RunLock(channel);
    if (!tryLock(channel, directory)) {
      lock.close();
      throw new UserException(
          directory.toString(),
          "another process is training here",
          "wait for it or stop it, or give another --out");
    }
    return lock;
  }

  private static boolean tryLock(FileChannel channel, Path directory) {
    try {
      @Nullable FileLock held = channel.tryLock();
      return held != null;
    } catch (OverlappingFileLockException e) {
      return false;
    } catch (IOException e) { // some network file systems have no locks
      LOG.warn("{} can't be locked against a second process: {}", directory, e.getMessage());
      return true;
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.warn("a lock could not be freed: {}", e.getMessage());
    }
  }
}
