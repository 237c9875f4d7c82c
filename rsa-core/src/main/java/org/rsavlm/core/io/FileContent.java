package org.rsavlm.core.io;

import java.io.IOException;
import java.nio.channels.FileChannel;

/** Writes the content of a file into an open channel. */
@FunctionalInterface
public interface FileContent {

  /**
   * Writes the content, from position 0 on.
   *
   * @param channel open for reading and writing, empty; the caller syncs and closes it
   * @throws IOException if writing fails
   */
  void writeTo(FileChannel channel) throws IOException;
}
