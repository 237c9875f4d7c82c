package org.rsavlm.train.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Where two recipes differ. */
public final class RecipeDifference {

  /** Keys that change when and how fast a run does its work, and nothing of what it computes. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of("checkpoint", "optimizer_state", "loader.workers", "loader.prefetch");

  private RecipeDifference() {}

  /**
   * A value that differs.
   *
   * @param key the path to it, as {@code --set} takes it
   * @param first the value in the first recipe; null where it has none
   * @param second the value in the second recipe; null where it has none
   */
  public record Entry(String key, @Nullable String first, @Nullable String second) {}

  /**
   * Compares what two recipes compute. How often checkpoints are written, how many are kept, and
   * how samples are read ahead has no part in it.
   *
   * @return the values that differ, in the order of the keys; empty if runs of both are equal
   */
  public static List<Entry> between(Recipe first, Recipe second) {
    List<Entry> entries = new ArrayList<>();
    compare("", RecipeWriter.toJson(first), RecipeWriter.toJson(second), entries);
    return List.copyOf(entries);
  }

  private static void compare(
      String path, @Nullable JsonNode first, @Nullable JsonNode second, List<Entry> entries) {
    if (WITHOUT_EFFECT.contains(path) || first != null && first.equals(second)) {
      return;
    }
    if (first != null && second != null && first.isObject() && second.isObject()) {
      Set<String> keys = new TreeSet<>();
      first.fieldNames().forEachRemaining(keys::add);
      second.fieldNames().forEachRemaining(keys::add);
      for (String key : keys) {
        compare(path.isEmpty() ? key : path + "." + key, first.get(key), second.get(key), entries);
      }
    } else if (first != null
        && second != null
        && first.isArray()
        && second.isArray()
        && first.size() == second.size()) {
      for (int i = 0; i < first.size(); i++) {
        compare(path + "[" + label(first, i) + "]", first.get(i), second.get(i), entries);
      }
    } else {
      entries.add(new Entry(path, text(first), text(second)));
    }
  }

  /** As {@link KeyPath} selects an item: by name where all have one, else by position. */
  private static String label(JsonNode items, int i) {
    for (JsonNode item : items) {
      if (!item.path("name").isTextual()) {
        return Integer.toString(i);
      }
    }
    return items.get(i).path("name").textValue();
  }

  /** A value in a few words: of a list of stages, its names. */
  private static @Nullable String text(@Nullable JsonNode node) {
    if (node == null) {
      return null;
    }
    if (node.isArray()) {
      List<String> items = new ArrayList<>();
      node.forEach(item -> items.add(item.has("name") ? item.get("name").asText() : brief(item)));
      return "[" + String.join(", ", items) + "]";
    }
    return brief(node);
  }

  private static String brief(JsonNode node) {
    String text = node.isValueNode() ? node.asText() : node.toString();
    int most = 60;
    return text.length() <= most ? text : text.substring(0, most) + "…";
  }
}
