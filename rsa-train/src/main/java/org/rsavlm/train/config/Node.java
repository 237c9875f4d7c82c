package org.rsavlm.train.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A YAML value that knows where it was written; a value of a mapping stands where its key does. */
sealed interface Node {

  /** The place to name in a complaint about this value. */
  Position at();

  /** What kind of value this is, in words for a message. */
  String kind();

  /** A plain or quoted scalar; an unquoted empty one, {@code null} or {@code ~} is no value. */
  record Scalar(String text, boolean quoted, Position at) implements Node {

    boolean isNull() {
      return !quoted && (text.isEmpty() || text.equals("null") || text.equals("~"));
    }

    @Override
    public String kind() {
      return isNull() ? "empty" : "'" + text + "'";
    }
  }

  /** A list. */
  record Items(List<Node> items, Position at) implements Node {

    public Items {
      items = List.copyOf(items);
    }

    @Override
    public String kind() {
      return "a list";
    }
  }

  /** A mapping in the order of the file. */
  record Mapping(Map<String, Node> entries, Position at) implements Node {

    public Mapping {
      entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }

    @Override
    public String kind() {
      return "a mapping";
    }

    /** A copy with one entry set. */
    Mapping with(String key, Node value) {
      Map<String, Node> copy = new LinkedHashMap<>(entries);
      copy.put(key, value);
      return new Mapping(copy, at);
    }

    /** A copy without one entry. */
    Mapping without(String key) {
      Map<String, Node> copy = new LinkedHashMap<>(entries);
      copy.remove(key);
      return new Mapping(copy, at);
    }
  }
}
