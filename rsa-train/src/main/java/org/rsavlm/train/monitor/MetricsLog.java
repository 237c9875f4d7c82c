package org.rsavlm.train.monitor;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.rsavlm.core.UserException;

/**
 * {@code metrics.jsonl}: a JSON object a step, handed to the operating system at once, so that the
 * file can be followed and a killed run loses no line.
 */
public final class MetricsLog implements TrainingListener, AutoCloseable {

  private static final JsonMapper JSON = new JsonMapper();

  private final Path file;
  private final FileChannel channel;
  private final Writer writer;

  private MetricsLog(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
    this.writer = Channels.newWriter(channel, StandardCharsets.UTF_8);
  }

  /**
   * Opens a log; lines are added behind what the file holds.
   *
   * @param file made if missing, with its directories
   * @return the log
   * @throws UserException when it can't be written
   */
  public static MetricsLog append(Path file) {
    try {
      Path parent = file.toAbsolutePath().getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      return new MetricsLog(
          file, FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  @Override
  public void onStep(StepMetrics metrics) {
    try {
      writer.write(JSON.writeValueAsString(metrics.toJson()) + "\n");
      writer.flush();
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  /**
   * Makes the lines so far last through a power cut.
   *
   * @throws UserException when the disk refuses
   */
  public void sync() {
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
