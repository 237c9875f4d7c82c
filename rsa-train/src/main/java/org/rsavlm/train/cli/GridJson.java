package org.rsavlm.train.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.rsavlm.eval.alignment.LayerGrid;

/** Layer grids as JSON, which has no NaN: an undefined score is null. */
final class GridJson {

  private GridJson() {}

  static void put(ObjectNode node, LayerGrid.Cell cell) {
    node.put("vision_layer", cell.visionLayer()).put("text_layer", cell.textLayer());
    put(node, "score", cell.score());
  }

  static void putScores(ArrayNode rows, LayerGrid grid) {
    for (List<Double> row : grid.scores()) {
      ArrayNode out = rows.addArray();
      row.forEach(score -> add(out, score));
    }
  }

  static void put(ObjectNode node, String key, double score) {
    if (Double.isFinite(score)) {
      node.put(key, score);
    } else {
      node.putNull(key);
    }
  }

  static void add(ArrayNode list, double score) {
    if (Double.isFinite(score)) {
      list.add(score);
    } else {
      list.addNull();
    }
  }
}
