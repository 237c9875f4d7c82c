package org.rsavlm.train.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.util.regex.Pattern;

/**
 * Part of a recipe whose keys another module knows (a Hugging Face config), as JSON. Scalars are
 * read by YAML 1.2's core rules.
 */
final class FreeForm {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final Pattern INTEGER = Pattern.compile("[-+]?\\d+");
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][-+]?\\d+)?");

  private FreeForm() {}

  static ObjectNode object(Node.Mapping mapping) {
    ObjectNode object = JSON.objectNode();
    mapping.entries().forEach((key, value) -> object.set(key, json(value)));
    return object;
  }

  private static JsonNode json(Node node) {
    if (node instanceof Node.Mapping mapping) {
      return object(mapping);
    }
    if (node instanceof Node.Items list) {
      ArrayNode array = JSON.arrayNode();
      list.items().forEach(item -> array.add(json(item)));
      return array;
    }
    Node.Scalar scalar = (Node.Scalar) node;
    String text = scalar.text();
    if (scalar.isNull()) {
      return JSON.nullNode();
    } else if (scalar.quoted()) {
      return JSON.textNode(text);
    } else if (text.equals("true") || text.equals("false")) {
      return JSON.booleanNode(text.equals("true"));
    } else if (INTEGER.matcher(text).matches()) {
      BigInteger number = new BigInteger(text);
      if (number.bitLength() < 32) {
        return JSON.numberNode(number.intValue());
      }
      return number.bitLength() < 64
          ? JSON.numberNode(number.longValue())
          : JSON.numberNode(number);
    } else if (NUMBER.matcher(text).matches()) {
      return JSON.numberNode(Double.parseDouble(text));
    }
    return JSON.textNode(text);
  }
}
