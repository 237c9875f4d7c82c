package org.rsavlm.train.monitor;

import java.nio.file.Path;
import org.rsavlm.core.UserException;

/**
 * {@code metrics.jsonl}: a JSON object a step, handed to the operating system at once, so that the
 * file can be followed and a killed run loses no line.
 */
public final class MetricsLog implements TrainingListener, AutoCloseable {

  private final JsonLines lines;

  private MetricsLog(JsonLines lines) {
    this.lines = lines;
  }

  /**
   * Opens a log; lines are added behind what the file holds.
   *
   * @param file made if missing, with its directories
   * @return the log
   * @throws UserException when it can't be written
   */
  public static MetricsLog append(Path file) {
    return new MetricsLog(JsonLines.append(file));
  }

  @Override
  public void onStep(StepMetrics metrics) {
    lines.write(metrics.toJson());
  }

  /**
   * Makes the lines so far last through a power cut.
   *
   * @throws UserException when the disk refuses
   */
  public void sync() {
    lines.sync();
  }

  @Override
  public void close() {
    lines.close();
  }
}
