package org.rsavlm.train.monitor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.rsavlm.core.UserException;

/** A file of JSON documents, a line each, handed to the operating system one by one. */
final class JsonLines implements AutoCloseable {

  private static final JsonMapper JSON = new JsonMapper();

  private final Path file;
  private final FileChannel channel;
  private final Writer writer;

  private JsonLines(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
    this.writer = Channels.newWriter(channel, StandardCharsets.UTF_8);
  }

  /** Opens a file whose lines stay; it is made if missing, with its directories. */
  static JsonLines append(Path file) {
    return open(file, StandardOpenOption.APPEND);
  }

  /** Opens a file anew, in place of one that is there. */
  static JsonLines create(Path file) {
    return open(file, StandardOpenOption.TRUNCATE_EXISTING);
  }

  private static JsonLines open(Path file, OpenOption how) {
    try {
      Path parent = file.toAbsolutePath().getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      return new JsonLines(
          file, FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, how));
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  /** Adds a document as a line; a killed process loses none that was added. */
  void write(JsonNode line) {
    try {
      writer.write(JSON.writeValueAsString(line) + "\n");
      writer.flush();
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  /** Makes the lines so far last through a power cut. */
  void sync() {
    try {
      channel.force(false);
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  @Override
  public void close() {
    try {
      writer.close();
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  private static UserException unwritable(Path file, IOException e) {
    return new UserException(
        file.toString(), "can't be written: " + e, "check the disk's space and permissions", e);
  }
}
