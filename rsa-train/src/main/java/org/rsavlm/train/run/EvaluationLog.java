package org.rsavlm.train.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.rsavlm.core.UserException;
import org.rsavlm.eval.report.StageResult;

/** {@code evaluation.jsonl}: the held-out measures of a run, a JSON object a stage. */
final class EvaluationLog {

  private EvaluationLog() {}

  /** Adds a stage's measures, none of them NaN. */
  static void append(Path file, StageResult result) {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("stage", result.stage());
    result.measures().forEach((key, value) -> line.put(key, value.mean()));
    try {
      Files.writeString(
          file,
          new JsonMapper().writeValueAsString(line) + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree can always be written", e);
    } catch (IOException e) {
      throw new UserException(
          file.toString(), "can't be written: " + e, "check the disk's space and permissions", e);
    }
  }
}
