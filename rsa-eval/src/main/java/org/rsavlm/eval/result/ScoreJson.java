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

  /**
   * Puts a pair of layers and its score as {@code vision_layer}, {@code text_layer}, {@code score}.
   */
  public static void put(ObjectNode node, LayerGrid.Cell cell) {
    node.put("vision_layer", cell.visionLayer()).put("text_layer", cell.textLayer());
    put(node, "score", cell.score());
  }

  /** Adds a list of scores for each vision layer, language layers in order. */
  public static void putScores(ArrayNode rows, LayerGrid grid) {
    for (List<Double> row : grid.scores()) {
      ArrayNode out = rows.addArray();
      row.forEach(score -> add(out, score));
    }
  }

  /** Puts a score under a key; null where it is not finite. */
  public static void put(ObjectNode node, String key, double score) {
    if (Double.isFinite(score)) {
      node.put(key, score);
    } else {
      node.putNull(key);
    }
  }

  /** Adds a score to a list; null where it is not finite. */
  public static void add(ArrayNode list, double score) {
    if (Double.isFinite(score)) {
      list.add(score);
    } else {
      list.addNull();
    }
  }

  /** Returns the scores that {@link #putScores} wrote, null read as NaN. */
  public static List<List<Double>> scores(JsonNode rows) {
    List<List<Double>> scores = new ArrayList<>();
    rows.forEach(row -> scores.add(values(row)));
    return scores;
  }

  /** Returns a list's scores, null read as NaN. */
  public static List<Double> values(JsonNode list) {
    List<Double> values = new ArrayList<>();
    list.forEach(value -> values.add(value.asDouble(Double.NaN)));
    return values;
  }
}
