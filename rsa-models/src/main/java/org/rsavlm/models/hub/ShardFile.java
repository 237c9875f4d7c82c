package org.rsavlm.models.hub;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.rsavlm.core.UserException;
import org.rsavlm.core.io.FileFaults;

/** One open safetensors file with its checked header. Reads may come from several threads. */
final class ShardFile implements AutoCloseable {

  private final Path path;
  private final FileChannel channel;
  private final SafetensorsHeader header;

  private ShardFile(Path path, FileChannel channel, SafetensorsHeader header) {
    this.path = path;
    this.channel = channel;
    this.header = header;
  }

  static ShardFile open(Path path) {
    if (!Files.isRegularFile(path)) {
      String what = Files.exists(path) ? "not a regular file" : "no such file";
      throw new UserException(path.toString(), what, "give the path of a .safetensors file");
    }
    FileChannel channel = null;
    try {
      channel = FileChannel.open(path, StandardOpenOption.READ);
      ShardFile shard = new ShardFile(path, channel, HeaderReader.read(path, channel));
      channel = null;
      return shard;
    } catch (IOException e) {
      throw unreadable(path, e);
    } finally {
      if (channel != null) {
        closeQuietly(channel);
      }
    }
  }

  Path path() {
    return path;
  }

  SafetensorsHeader header() {
    return header;
  }

  /**
   * Fills a buffer with a tensor's bytes.
   *
   * @param entry a tensor of this file
   * @param offset the first wanted byte, counted from the tensor's first
   * @param target filled from its position to its limit
   */
  void read(SafetensorsHeader.Entry entry, long offset, ByteBuffer target) {
    long position = header.dataStart() + entry.begin() + offset;
    try {
      while (target.hasRemaining()) {
        int count = channel.read(target, position);
        if (count < 0) {
          throw SafetensorsHeader.damaged(
              path,
              "tensor "
                  + Quote.of(entry.info().name())
                  + ": the file ends at "
                  + position
                  + "; it has become shorter since it was opened");
        }
        position += count;
      }
    } catch (ClosedChannelException e) {
      throw new IllegalStateException(path + " is closed", e);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  @Override
  public void close() {
    closeQuietly(channel);
  }

  static UserException unreadable(Path path, IOException e) {
    return new UserException(
        path.toString(),
        "cannot be read: " + FileFaults.describe(e),
        "check the file and its permissions",
        e);
  }

  private static void closeQuietly(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // closing a channel for reading has nothing left to do
    }
  }
}
