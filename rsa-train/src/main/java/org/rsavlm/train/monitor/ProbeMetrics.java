package org.rsavlm.train.monitor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was measured on the probe set while a stage was under way.
 *
 * @param stage its name in the recipe
 * @param step the last step taken, 0 at the stage's start
 * @param measures by the keys of {@link org.rsavlm.eval.result.Measure}
 * @param grid mutual-kNN of every vision layer (rows) with every language layer; empty unless asked
 *     for
 * @param collapse what is collapsing since the stage began, where that was first noticed; else null
 */
public record ProbeMetrics(
    String stage,
    long step,
    Map<String, Double> measures,
    List<List<Double>> grid,
    @Nullable String collapse) {

  private static final String STAGE = "stage";
  private static final String STEP = "step";
  private static final String GRID = "grid";
  private static final String COLLAPSE = "collapse";

  /** Copies map and grid, the order of both kept. */
  public ProbeMetrics {
    measures = Collections.unmodifiableMap(new LinkedHashMap<>(measures));
    grid = grid.stream().map(List::copyOf).toList();
  }

  /**
   * Returns the line of {@code probe.jsonl}.
   *
   * @return a new tree: stage, step, the measures, grid and collapse if there is one
   */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put(STAGE, stage).put(STEP, step);
    measures.forEach(json::put);
    if (!grid.isEmpty()) {
      ArrayNode rows = json.putArray(GRID);
      grid.forEach(
          row -> {
            ArrayNode cells = rows.addArray();
            row.forEach(cells::add);
          });
    }
    if (collapse != null) {
      json.put(COLLAPSE, collapse);
    }
    return json;
  }

  /** Reads a line back, but for its grid. */
  static ProbeMetrics of(JsonNode line) {
    Map<String, Double> measures = new LinkedHashMap<>();
    line.properties().stream()
        .filter(entry -> entry.getValue().isNumber() && !entry.getKey().equals(STEP))
        .forEach(entry -> measures.put(entry.getKey(), entry.getValue().doubleValue()));
    return new ProbeMetrics(
        line.path(STAGE).asText(),
        line.path(STEP).asLong(),
        measures,
        List.of(),
        line.path(COLLAPSE).textValue());
  }
}
