package org.rsavlm.train.monitor;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedWriter;
import java.io.IOException;
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
  private final BufferedWriter writer;

  private MetricsLog(Path file, BufferedWriter writer) {
    this.file = file;
    this.writer = writer;
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
          file,
          Files.newBufferedWriter(
              file, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  @Override
  public void onStep(StepMetrics metrics) {
    try {
      writer.write(JSON.writeValueAsString(metrics.toJson()));
      writer.write('\n');
      writer.flush();
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
