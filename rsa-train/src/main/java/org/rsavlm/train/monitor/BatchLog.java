package org.rsavlm.train.monitor;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import org.rsavlm.core.UserException;

/**
 * The samples of every step, a line each: {@code {"stage": "1", "step": 1, "sample_ids": [...]}}.
 * With them another program can be trained on the same batches.
 */
public final class BatchLog implements TrainingListener, AutoCloseable {

  private final JsonLines lines;

  private BatchLog(JsonLines lines) {
    this.lines = lines;
  }

  /**
   * Opens a new log, in place of one that is there.
   *
   * @param file made if missing, with its directories
   * @return the log
   * @throws UserException when it can't be written
   */
  public static BatchLog create(Path file) {
    return new BatchLog(JsonLines.create(file));
  }

  @Override
  public void onBatch(String stage, long step, List<String> sampleIds) {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("stage", stage).put("step", step);
    ArrayNode ids = line.putArray("sample_ids");
    sampleIds.forEach(ids::add);
    lines.write(line);
  }

  @Override
  public void onStep(StepMetrics metrics) {
    // Everything was written with the batch.
  }

  @Override
  public void close() {
    lines.close();
  }
}
