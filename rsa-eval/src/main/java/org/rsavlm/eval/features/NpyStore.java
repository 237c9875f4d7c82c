package org.rsavlm.eval.features;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.rsavlm.core.UserException;
import org.rsavlm.core.io.FileFaults;

/** A .npy file. */
final class NpyStore implements FeatureStore {
  private final String where;
  private final FileChannel channel;
  private final NpyHeader header;

  private NpyStore(String where, FileChannel channel, NpyHeader header) {
    this.where = where;
    this.channel = channel;
    this.header = header;
  }

  static NpyStore open(Path file) {
    String where = file.toString();
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new UserException(where, "not a regular file", "give the path of a .npy file");
    }
    FileChannel channel = null;
    try {
      channel = FileChannel.open(file, StandardOpenOption.READ);
      InputStream in = Channels.newInputStream(channel);
      NpyHeader header = NpyHeader.read(where, in);
      header.checkSize(where, channel.size());
      NpyStore store = new NpyStore(where, channel, header);
      channel = null;
      return store;
    } catch (IOException e) {
      throw unreadable(where, e);
    } finally {
      if (channel != null) {
        close(where, channel);
      }
    }
  }

  @Override
  public Layout layout() {
    return header.layout();
  }

  @Override
  public void read(long offset, ByteBuffer target) {
    long position = header.dataStart() + offset;
    try {
      while (target.hasRemaining()) {
        int count = channel.read(target, position);
        if (count < 0) {
          throw NpyHeader.damaged(where, "it has become shorter since it was opened");
        }
        position += count;
      }
    } catch (IOException e) {
      throw unreadable(where, e);
    }
  }

  @Override
  public void close() {
    close(where, channel);
  }

  private static void close(String where, FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw unreadable(where, e);
    }
  }

  /** Returns the fault of a file that can't be read. */
  static UserException unreadable(String where, IOException e) {
    return new UserException(
        where, "can't be read: " + FileFaults.describe(e), "check the path and the file", e);
  }
}
