package org.rsavlm.eval.result;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.rsavlm.eval.alignment.LayerGrid;

/** Scores and layer grids as JSON, which has no NaN: an undefined score is null. */
public final class ScoreJson {

  private ScoreJson() {}

  /** Puts a pair of layers and its score into a node. */
  public static void put(ObjectNode node, LayerGrid.Cell cell) {
    node.put("vision_layer", cell.visionLayer()).put("text_layer", cell.textLayer());
    put(node, "score", cell.score());
  }

  /** Adds a list for each vision layer. */
  public static void putScores(ArrayNode rows, LayerGrid grid) {
    for (List<Double> row : grid.scores()) {
      ArrayNode out = rows.addArray();
      row.forEach(score -> add(out, score));
    }
  }

  /** Puts one score. */
  public static void put(ObjectNode node, String key, double score) {
    if (Double.isFinite(score)) {
      node.put(key, score);
    } else {
      node.putNull(key);
    }
  }

  /** Adds one score. */
  public static void add(ArrayNode list, double score) {
    if (Double.isFinite(score)) {
      list.add(score);
    } else {
      list.addNull();
    }
  }

  /** Reads what {@link #putScores} wrote. */
  public static List<List<Double>> scores(JsonNode rows) {
    List<List<Double>> scores = new ArrayList<>();
    rows.forEach(row -> scores.add(values(row)));
    return scores;
  }

  /** Reads a list of scores. */
  public static List<Double> values(JsonNode list) {
    List<Double> values = new ArrayList<>();
    list.forEach(value -> values.add(value.asDouble(Double.NaN)));
    return values;
  }
}
