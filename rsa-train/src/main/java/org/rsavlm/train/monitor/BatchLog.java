package org.rsavlm.train.monitor;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.rsavlm.core.UserException;

/**
 * The samples of every step, a line each: {@code {"stage": "1", "step": 1, "sample_ids": [...]}}.
 * With them another program can be trained on the same batches.
 */
public final class BatchLog implements TrainingListener, AutoCloseable {

  private static final JsonMapper JSON = new JsonMapper();

  private final Path file;
  private final BufferedWriter writer;

  private BatchLog(Path file, BufferedWriter writer) {
    this.file = file;
    this.writer = writer;
  }

  /**
   * Opens a new log, in place of one that is there.
   *
   * @param file made if missing, with its directories
   * @return the log
   * @throws UserException when it can't be written
   */
  public static BatchLog create(Path file) {
    try {
      Path parent = file.toAbsolutePath().getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      return new BatchLog(file, Files.newBufferedWriter(file, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  @Override
  public void onBatch(String stage, long step, List<String> sampleIds) {
    ObjectNode line = JSON.createObjectNode();
    line.put("stage", stage).put("step", step);
    ArrayNode ids = line.putArray("sample_ids");
    sampleIds.forEach(ids::add);
    try {
      writer.write(JSON.writeValueAsString(line));
      writer.write('\n');
      writer.flush();
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  @Override
  public void onStep(StepMetrics metrics) {
    // Everything was written with the batch.
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
