package org.rsavlm.train.data.parquet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** Turns of a conversation as LLaVA's JSON has them. */
final class Turns {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String FROM = "from";
  private static final String VALUE = "value";

  /** What ChatML calls the speakers; others stay as they are and are refused with their name. */
  private static final Map<String, String> SPEAKERS = Map.of("user", "human", "assistant", "gpt");

  private Turns() {}

  static ArrayNode exchange(JsonNode question, JsonNode answer) {
    ArrayNode turns = NODES.arrayNode();
    turns.addObject().put(FROM, "human").set(VALUE, question);
    turns.addObject().put(FROM, "gpt").set(VALUE, answer);
    return turns;
  }

  /**
   * The turns of a column: a list of structs, or the struct of lists that some writers make of one;
   * with {@code role} and {@code content} for {@code from} and {@code value}, as messages have
   * them.
   */
  static JsonNode of(JsonNode stated) {
    JsonNode listed = listed(stated);
    if (!listed.isArray() || !listed.path(0).has("role")) {
      return listed;
    }
    ArrayNode turns = NODES.arrayNode();
    for (JsonNode message : listed) {
      JsonNode role = message.path("role");
      String from = role.asText();
      turns
          .addObject()
          .<ObjectNode>set(
              FROM, role.isTextual() ? NODES.textNode(SPEAKERS.getOrDefault(from, from)) : role)
          .set(VALUE, message.path("content"));
    }
    return turns;
  }

  private static JsonNode listed(JsonNode stated) {
    String from = stated.has("role") ? "role" : FROM;
    String value = stated.has("role") ? "content" : VALUE;
    JsonNode speakers = stated.path(from);
    JsonNode texts = stated.path(value);
    if (!speakers.isArray() || speakers.size() != texts.size()) {
      return stated;
    }
    ArrayNode turns = NODES.arrayNode();
    for (int i = 0; i < speakers.size(); i++) {
      turns.addObject().<ObjectNode>set(from, speakers.get(i)).set(value, texts.get(i));
    }
    return turns;
  }
}
