package org.rsavlm.train.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;

/**
 * The address of a value in a recipe: keys joined by dots, with an item of a list in brackets, for
 * instance {@code stages[1.5].rsa.lambda}. Brackets hold the item's {@code name} where all items of
 * the list have one (stages), its position from 0 where they haven't, or {@code *} for every item.
 */
final class KeyPath {

  private static final Pattern STEP = Pattern.compile("\\.?([^.\\[\\]\\s]+)|\\[([^\\[\\]]+)]");

  private sealed interface Step {
    record Key(String name) implements Step {}

    record Item(String selector) implements Step {}
  }

  private final String text;
  private final Position at;
  private final List<Step> steps = new ArrayList<>();

  private KeyPath(String text, Position at) {
    this.text = text;
    this.at = at;
    Matcher matcher = STEP.matcher(text);
    int end = 0;
    while (matcher.find() && matcher.start() == end) {
      boolean dotted = text.charAt(end) == '.';
      if (matcher.group(1) != null && dotted != (end == 0)) {
        steps.add(new Step.Key(matcher.group(1)));
      } else if (matcher.group(2) != null && end > 0) {
        steps.add(new Step.Item(matcher.group(2).strip()));
      } else {
        break;
      }
      end = matcher.end();
    }
    if (end != text.length() || steps.isEmpty()) {
      throw fail("'" + text + "' is no path to a value", "write it as stages[1.5].rsa.lambda");
    }
  }

  /** Reads a path; {@code at} is the place to name when it leads nowhere. */
  static KeyPath parse(String text, Position at) {
    return new KeyPath(text, at);
  }

  /** A copy of the tree with the value set, missing mappings on the way made. */
  Node set(Node root, Node value) {
    return edit(root, 0, value);
  }

  /** A copy of the tree without the value, which must exist. */
  Node remove(Node root) {
    return edit(root, 0, null);
  }

  /** Sets the value at the end of the path, or removes what is there when it is null. */
  private Node edit(Node node, int depth, @Nullable Node value) {
    boolean last = depth == steps.size() - 1;
    Step step = steps.get(depth);
    if (step instanceof Step.Key key) {
      if (node instanceof Node.Items list) {
        throw fail(
            "'" + upTo(depth) + "' is a list",
            "select an item in brackets, one of " + choices(list) + " or [*] for all");
      }
      Node.Mapping mapping = asMapping(node, depth);
      Node child = mapping.entries().get(key.name());
      if (!last) {
        Node below = child == null ? new Node.Mapping(Map.of(), at) : child;
        return mapping.with(key.name(), edit(below, depth + 1, value));
      }
      if (value != null) {
        return mapping.with(key.name(), value);
      }
      if (child == null) {
        throw fail("there is no '" + text + "' to remove", "drop this line");
      }
      return mapping.without(key.name());
    }
    String selector = ((Step.Item) step).selector();
    if (!(node instanceof Node.Items list)) {
      throw fail("'" + upTo(depth) + "' is no list", "leave the brackets out");
    }
    List<Node> items = new ArrayList<>();
    boolean found = false;
    for (int i = 0; i < list.items().size(); i++) {
      Node item = list.items().get(i);
      boolean selected = selector.equals("*") || selector.equals(label(list, i));
      found |= selected;
      if (!selected) {
        items.add(item);
      } else if (!last) {
        items.add(edit(item, depth + 1, value));
      } else if (value != null) {
        items.add(value);
      }
    }
    if (!found) {
      throw fail(
          "'" + upTo(depth) + "' has no item '" + selector + "'",
          "the items are " + choices(list) + ", or [*] for all");
    }
    return new Node.Items(items, list.at());
  }

  private Node.Mapping asMapping(Node node, int depth) {
    if (node instanceof Node.Mapping mapping) {
      return mapping;
    }
    if (node instanceof Node.Scalar scalar && scalar.isNull()) {
      return new Node.Mapping(Map.of(), at);
    }
    throw fail(
        "'" + upTo(depth) + "' is " + node.kind() + " and has no keys", "end the path there");
  }

  private String upTo(int depth) {
    StringBuilder path = new StringBuilder();
    for (Step step : steps.subList(0, depth)) {
      if (step instanceof Step.Key key) {
        path.append(path.isEmpty() ? "" : ".").append(key.name());
      } else {
        path.append('[').append(((Step.Item) step).selector()).append(']');
      }
    }
    return path.toString();
  }

  private static String choices(Node.Items list) {
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < list.items().size(); i++) {
      labels.add("[" + label(list, i) + "]");
    }
    return String.join(" ", labels);
  }

  /** How an item of a list is addressed: by its name where all items have one, else by position. */
  static String label(Node.Items list, int index) {
    List<String> names =
        list.items().stream().map(KeyPath::name).flatMap(Optional::stream).distinct().toList();
    return names.size() == list.items().size() ? names.get(index) : Integer.toString(index);
  }

  private static Optional<String> name(Node node) {
    return node instanceof Node.Mapping mapping
            && mapping.entries().get("name") instanceof Node.Scalar scalar
            && !scalar.isNull()
        ? Optional.of(scalar.text())
        : Optional.empty();
  }

  private UserException fail(String what, String cure) {
    return new UserException(at.toString(), what, cure);
  }
}
