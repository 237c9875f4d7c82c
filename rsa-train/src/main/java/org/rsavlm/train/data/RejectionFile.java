package org.rsavlm.train.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rsavlm.core.UserException;

/** The lines of {@code rejected.jsonl}: {@code id, source, reason, detail}. */
final class RejectionFile {

  private static final JsonMapper JSON = new JsonMapper();

  private RejectionFile() {}

  static String line(Rejection rejection) throws JsonProcessingException {
    Map<String, String> line = new LinkedHashMap<>();
    line.put("id", rejection.id());
    line.put("source", rejection.source());
    line.put("reason", rejection.reason().label());
    line.put("detail", rejection.detail());
    return JSON.writeValueAsString(line);
  }

  /**
   * Reads the last lines of a file.
   *
   * @throws UserException if there are fewer, or one is no rejection
   */
  static List<Rejection> last(Path file, long count) {
    if (count == 0) {
      return List.of();
    }
    try {
      List<String> lines = Files.readAllLines(file);
      if (lines.size() < count) {
        throw unusable(file, lines.size() + " lines, but at least " + count + " are needed", null);
      }
      return lines.subList(Math.toIntExact(lines.size() - count), lines.size()).stream()
          .map(line -> parse(file, line))
          .toList();
    } catch (IOException e) {
      throw unusable(file, "can't be read: " + e, e);
    }
  }

  private static Rejection parse(Path file, String line) {
    try {
      JsonNode node = JSON.readTree(line);
      return new Rejection(
          node.path("id").asText(),
          node.path("source").asText(),
          RejectionReason.of(node.path("reason").asText()),
          node.path("detail").asText());
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw unusable(file, "a line is no rejected sample: " + line, e);
    }
  }

  private static UserException unusable(
      Path file, String what, @org.jspecify.annotations.Nullable Exception cause) {
    String cure = "resume from another checkpoint";
    return cause == null
        ? new UserException(file.toString(), what, cure)
        : new UserException(file.toString(), what, cure, cause);
  }
}
