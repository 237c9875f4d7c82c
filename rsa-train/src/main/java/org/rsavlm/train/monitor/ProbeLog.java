package org.rsavlm.train.monitor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rsavlm.core.UserException;

/** {@code probe.jsonl}: the measures on the probe set, a JSON object a measurement. */
public final class ProbeLog implements TrainingListener, AutoCloseable {

  private static final JsonMapper JSON = new JsonMapper();

  private final JsonLines lines;

  private ProbeLog(JsonLines lines) {
    this.lines = lines;
  }

  /**
   * Opens a log; lines are added behind what the file holds.
   *
   * @param file made if missing, with its directories
   * @return the log
   * @throws UserException when it can't be written
   */
  public static ProbeLog append(Path file) {
    return new ProbeLog(JsonLines.append(file));
  }

  /**
   * Returns the measurements of a stage so far, without their grids.
   *
   * @param file a log; one that is missing holds none
   * @param stage its name in the recipe
   * @return in the order of the steps
   * @throws UserException when it can't be read
   */
  public static List<ProbeMetrics> read(Path file, String stage) {
    List<ProbeMetrics> found = new ArrayList<>();
    if (!Files.exists(file)) {
      return found;
    }
    try {
      for (String line : Files.readAllLines(file)) {
        ProbeMetrics metrics = ProbeMetrics.of(JSON.readTree(line));
        if (metrics.stage().equals(stage)) {
          found.add(metrics);
        }
      }
    } catch (JsonProcessingException e) {
      throw unreadable(file, e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw unreadable(file, e.toString(), e);
    }
    return found;
  }

  private static UserException unreadable(Path file, String what, Exception cause) {
    return new UserException(
        file.toString(), "can't be read: " + what, "remove it: only what it shows is lost", cause);
  }

  @Override
  public void onProbe(ProbeMetrics metrics) {
    lines.write(metrics.toJson());
  }

  @Override
  public void onStep(StepMetrics metrics) {
    // Steps have a file of their own.
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
