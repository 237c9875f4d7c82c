package org.rsavlm.models.table;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Samples in a file, of which only the index is in memory. Safe for many threads.
 *
 * @param name of the file, for errors
 * @param channel open for reading
 * @param index where each sample is
 */
record IndexedText(String name, FileChannel channel, JsonIndex index) implements AutoCloseable {

  /** The bytes of a sample. */
  byte[] read(int sample) {
    ByteBuffer buffer = ByteBuffer.allocate(index.length(sample));
    long position = index.offset(sample);
    try {
      while (buffer.hasRemaining()) {
        int n = channel.read(buffer, position + buffer.position());
        if (n < 0) {
          throw new IOException(name + " has become shorter since it was opened");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return buffer.array();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
