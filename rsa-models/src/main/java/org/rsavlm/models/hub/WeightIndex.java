package org.rsavlm.models.hub;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.rsavlm.core.UserException;

/**
 * The index of a sharded model: which file holds which tensor.
 *
 * @param file the index file, named in errors
 * @param weightMap tensor name to shard file name, in the file's order
 */
record WeightIndex(Path file, Map<String, String> weightMap) {

  static WeightIndex read(Path file) {
    JsonNode map = JsonConfig.read(file).object("weight_map").node();
    Map<String, String> weightMap = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      if (!entry.getValue().isTextual()) {
        throw SafetensorsHeader.damaged(
            file,
            "weight_map: the file of tensor " + Quote.of(entry.getKey()) + " is not a string");
      }
      String shard = entry.getValue().textValue();
      if (!isPlainName(shard)) {
        throw new UserException(
            file.toString(),
            "weight_map: the file name " + Quote.of(shard) + " leads out of the directory",
            "shards lie beside their index; do not use an index from a source that you don't trust");
      }
      weightMap.put(entry.getKey(), shard);
    }
    if (weightMap.isEmpty()) {
      throw SafetensorsHeader.damaged(file, "weight_map is empty");
    }
    return new WeightIndex(file, weightMap);
  }

  /** Returns the shards' file names, sorted. */
  Set<String> shards() {
    return new TreeSet<>(weightMap.values());
  }

  /** Whether a name stays in its directory on every file system. Links are the user's own. */
  private static boolean isPlainName(String name) {
    return !name.isBlank()
        && !name.equals(".")
        && !name.equals("..")
        && name.chars().noneMatch(c -> c == '/' || c == '\\' || c == ':' || c < ' ');
  }
}
