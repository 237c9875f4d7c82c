package org.rsavlm.train.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;
import org.rsavlm.core.io.AtomicFiles;
import org.rsavlm.eval.result.StageResult;

/** {@code evaluation.jsonl}: the held-out measures of a run, a JSON object a stage. */
final class EvaluationLog {

  private static final JsonMapper JSON = new JsonMapper();
  private static final String STAGE = "stage";

  private EvaluationLog() {}

  /** A stage's measures, none of them NaN, as a line holds them. */
  static ObjectNode line(StageResult result) {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put(STAGE, result.stage());
    result.measures().forEach((key, value) -> line.put(key, value.mean()));
    return line;
  }

  /** The measures in a line by their keys. */
  static Map<String, Double> measures(@Nullable ObjectNode line) {
    Map<String, Double> measures = new LinkedHashMap<>();
    if (line != null) {
      line.properties().stream()
          .filter(entry -> !entry.getKey().equals(STAGE))
          .forEach(entry -> measures.put(entry.getKey(), entry.getValue().doubleValue()));
    }
    return Collections.unmodifiableMap(measures);
  }

  /** Adds a line. */
  static void append(Path file, ObjectNode line) {
    try {
      Files.writeString(file, text(line), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UserException(
          file.toString(), "can't be written: " + e, "check the disk's space and permissions", e);
    }
  }

  /** Writes the file anew with these lines, or removes it if there are none. */
  static void write(Path file, List<ObjectNode> lines) {
    try {
      if (lines.isEmpty()) {
        Files.deleteIfExists(file);
        return;
      }
    } catch (IOException e) {
      throw new UserException(
          file.toString(), "can't be removed: " + e, "check the directory's permissions", e);
    }
    AtomicFiles.write(file, lines.stream().map(EvaluationLog::text).collect(Collectors.joining()));
  }

  private static String text(ObjectNode line) {
    try {
      return JSON.writeValueAsString(line) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree can always be written", e);
    }
  }

  /** The line of a stage; null if the file has none. */
  static @Nullable ObjectNode find(Path file, String stage) {
    if (!Files.exists(file)) {
      return null;
    }
    try {
      for (String text : Files.readAllLines(file)) {
        if (parse(text) instanceof ObjectNode line && line.path(STAGE).asText().equals(stage)) {
          return line;
        }
      }
      return null;
    } catch (IOException e) {
      throw new UserException(
          file.toString(), "can't be read: " + e, "check the file, or remove it", e);
    }
  }

  private static @Nullable JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) { // cut short by a full disk
      return null;
    }
  }
}
