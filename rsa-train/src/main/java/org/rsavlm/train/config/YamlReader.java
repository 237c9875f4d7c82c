package org.rsavlm.train.config;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Reads one YAML document into {@link Node}s. Only the structure is taken from the parser: what a
 * scalar means is left to the type that it is bound to, so that {@code name: 1.5} is a name and
 * {@code 2e-6} a number.
 */
final class YamlReader {

  /** Anchors that refer to each other can grow without end; no recipe comes near this. */
  private static final int MAX_NODES = 100_000;

  private static final int MAX_DEPTH = 50;

  private final String source;
  private final boolean lines;
  private int nodes;

  private YamlReader(String source, boolean lines) {
    this.source = source;
    this.lines = lines;
  }

  /** Reads a file's text; positions carry line numbers. */
  static Node document(String text, String source) {
    return new YamlReader(source, true).read(text);
  }

  /** Reads a value given by an option or a default; positions carry the source alone. */
  static Node value(String text, String source) {
    return new YamlReader(source, false).read(text);
  }

  private Node read(String text) {
    org.yaml.snakeyaml.nodes.@Nullable Node root;
    try {
      root = new Yaml(new LoaderOptions()).compose(new StringReader(text));
    } catch (MarkedYAMLException e) {
      Mark mark = e.getProblemMark() == null ? e.getContextMark() : e.getProblemMark();
      throw new UserException(
          at(mark).toString(),
          "not valid YAML: " + e.getProblem(),
          "look at the indentation, quotes and brackets there",
          e);
    } catch (YAMLException e) {
      throw new UserException(
          source,
          "not valid YAML: " + e.getMessage(),
          "check it for stray characters and repeated anchors",
          e);
    }
    if (root == null) {
      return new Node.Scalar("", false, new Position(source, lines ? 1 : 0));
    }
    return convert(root, at(root.getStartMark()), 0);
  }

  private Node convert(org.yaml.snakeyaml.nodes.Node node, Position at, int depth) {
    if (++nodes > MAX_NODES || depth > MAX_DEPTH) {
      throw new UserException(
          at.toString(), "too many or too deeply nested values", "remove anchors that repeat");
    }
    if (node instanceof ScalarNode scalar) {
      return new Node.Scalar(scalar.getValue(), scalar.getScalarStyle() != ScalarStyle.PLAIN, at);
    }
    if (node instanceof SequenceNode sequence) {
      List<Node> items = new ArrayList<>();
      for (var item : sequence.getValue()) {
        items.add(convert(item, at(item.getStartMark()), depth + 1));
      }
      return new Node.Items(items, at);
    }
    Map<String, Node> entries = new LinkedHashMap<>();
    for (NodeTuple tuple : ((MappingNode) node).getValue()) {
      Position keyAt = at(tuple.getKeyNode().getStartMark());
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        throw new UserException(keyAt.toString(), "a key must be a word", "quote it");
      }
      Node value = convert(tuple.getValueNode(), keyAt, depth + 1);
      Node earlier = entries.put(key.getValue(), value);
      if (earlier != null) {
        throw new UserException(
            keyAt.toString(),
            "key '" + key.getValue() + "' was already given at " + earlier.at(),
            "remove one of the two");
      }
    }
    return new Node.Mapping(entries, at);
  }

  private Position at(@Nullable Mark mark) {
    return new Position(source, lines && mark != null ? mark.getLine() + 1 : 0);
  }
}
