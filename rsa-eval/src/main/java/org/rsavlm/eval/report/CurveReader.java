package org.rsavlm.eval.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rsavlm.core.UserException;

/** Reads the curves of a run from its {@code metrics.jsonl}. */
public final class CurveReader {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private CurveReader() {}

  /**
   * Reads one curve per stage and key, stages in the order of the file. A last line cut short, as a
   * killed run leaves it, is passed over.
   *
   * @param file a JSON object a line with {@code step}, {@code stage} and values
   * @param seed seed of the run
   * @param keys values wanted, such as {@code loss_lm}; lines without a number there are skipped
   * @throws UserException for a missing file or a line that is not such an object
   */
  public static List<StepCurve> read(Path file, long seed, List<String> keys) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new UserException(file.toString(), "can't be read", "is it a run's metrics.jsonl?", e);
    }
    Map<List<String>, List<double[]>> points = new LinkedHashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      JsonNode line;
      try {
        line = MAPPER.readTree(lines.get(i));
      } catch (JsonProcessingException e) {
        if (i == lines.size() - 1) {
          break;
        }
        throw new UserException(
            file + " line " + (i + 1), "is not JSON", "restore or cut the damaged line", e);
      }
      for (String key : keys) {
        if (line.path(key).isNumber() && line.path("step").isNumber()) {
          points
              .computeIfAbsent(
                  List.of(line.path("stage").asText(), key), unused -> new ArrayList<>())
              .add(new double[] {line.path("step").asDouble(), line.path(key).asDouble()});
        }
      }
    }
    return points.entrySet().stream().map(entry -> curve(entry, seed)).toList();
  }

  private static StepCurve curve(Map.Entry<List<String>, List<double[]>> entry, long seed) {
    return new StepCurve(
        entry.getKey().get(0),
        entry.getKey().get(1),
        seed,
        entry.getValue().stream().mapToLong(point -> (long) point[0]).toArray(),
        entry.getValue().stream().mapToDouble(point -> point[1]).toArray());
  }
}
