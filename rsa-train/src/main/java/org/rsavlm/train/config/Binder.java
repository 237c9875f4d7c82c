package org.rsavlm.train.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.Nearest;
import org.rsavlm.core.UserException;

/**
 * Turns a tree of {@link Node}s into records. Component types may be scalars, enums, {@link Path},
 * {@link Grid}, {@link ObjectNode} for a mapping that another module reads, other records, and
 * lists of these. Nothing is coerced: {@code 1.5} is no integer and {@code yes} no boolean.
 */
final class Binder {

  private static final Pattern INTEGER = Pattern.compile("[-+]?\\d+");
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][-+]?\\d+)?");

  private Binder() {}

  /** Binds the root of a file. */
  static <T extends Record> T bind(Class<T> type, Node node) {
    return type.cast(record(type, "", node));
  }

  private static Object value(Type type, String path, Node node) {
    if (type instanceof ParameterizedType list) {
      return list(list.getActualTypeArguments()[0], path, node);
    }
    Class<?> raw = (Class<?>) type;
    if (raw.isRecord() && raw != Grid.class) {
      return record(raw, path, node);
    }
    if (raw == ObjectNode.class) {
      if (node instanceof Node.Mapping mapping) {
        return FreeForm.object(mapping);
      }
      throw wrong(path, node, "a mapping");
    }
    if (!(node instanceof Node.Scalar scalar)) {
      throw wrong(path, node, describe(raw));
    }
    if (scalar.isNull()) {
      throw new UserException(
          node.at().toString(), path + " is empty", "give it " + describe(raw) + " or remove it");
    }
    return scalar(raw, path, scalar);
  }

  private static Object scalar(Class<?> type, String path, Node.Scalar node) {
    String text = node.text();
    try {
      if (type == String.class) {
        return text;
      } else if (type == Path.class) {
        return Path.of(text);
      } else if (type == Grid.class) {
        return Grid.parse(text);
      } else if (type == int.class && INTEGER.matcher(text).matches()) {
        return Integer.parseInt(text);
      } else if (type == long.class && INTEGER.matcher(text).matches()) {
        return Long.parseLong(text);
      } else if (type == double.class && text.equals(Check.AUTO)) {
        return Double.NaN;
      } else if (isDouble(type) && NUMBER.matcher(text).matches()) {
        return Double.parseDouble(text);
      } else if (type == boolean.class && (text.equals("true") || text.equals("false"))) {
        return text.equals("true");
      } else if (type.isEnum()) {
        for (Object constant : type.getEnumConstants()) {
          if (Names.ofConstant(constant).equals(text)) {
            return constant;
          }
        }
      }
    } catch (NumberFormatException | InvalidPathException e) {
      throw wrong(path, node, describe(type));
    }
    throw wrong(path, node, describe(type));
  }

  private static boolean isDouble(Class<?> type) {
    return type == double.class || type == Double.class;
  }

  private static List<Object> list(Type element, String path, Node node) {
    if (!(node instanceof Node.Items items)) {
      throw wrong(path, node, "a list");
    }
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < items.items().size(); i++) {
      String label = KeyPath.label(items, i);
      values.add(value(element, path + "[" + label + "]", items.items().get(i)));
    }
    return List.copyOf(values);
  }

  private static Object record(Class<?> type, String path, Node node) {
    if (!(node instanceof Node.Mapping mapping)) {
      throw wrong(path.isEmpty() ? "the recipe" : path, node, "a mapping");
    }
    Set<String> keys = keys(type);
    for (Map.Entry<String, Node> entry : mapping.entries().entrySet()) {
      if (!keys.contains(entry.getKey())) {
        throw new UserException(
            entry.getValue().at().toString(),
            "unknown key '" + join(path, entry.getKey()) + "'",
            Nearest.to(entry.getKey(), keys)
                .map(near -> "did you mean '" + near + "'?")
                .orElse("known here: " + String.join(", ", keys)));
      }
    }
    return fill(type, path, mapping);
  }

  /** The keys of a record's mapping, those of its flattened groups among them. */
  private static Set<String> keys(Class<?> type) {
    Set<String> keys = new LinkedHashSet<>();
    for (RecordComponent component : type.getRecordComponents()) {
      if (component.isAnnotationPresent(Flattened.class)) {
        keys.addAll(keys(component.getType()));
      } else {
        keys.add(Names.key(component));
      }
    }
    return keys;
  }

  private static Object fill(Class<?> type, String path, Node.Mapping mapping) {
    RecordComponent[] components = type.getRecordComponents();
    @Nullable Object[] arguments = new @Nullable Object[components.length];
    Class<?>[] types = new Class<?>[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      arguments[i] = component(components[i], path, mapping);
    }
    return construct(type, types, arguments, path, mapping);
  }

  private static @Nullable Object component(
      RecordComponent component, String path, Node.Mapping mapping) {
    if (component.isAnnotationPresent(Flattened.class)) {
      return fill(component.getType(), path, mapping);
    }
    String key = Names.key(component);
    String here = join(path, key);
    Node node = mapping.entries().get(key);
    boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    if (node instanceof Node.Scalar scalar && scalar.isNull() && nullable) {
      return null;
    }
    if (node == null) {
      Default fallback = component.getAnnotation(Default.class);
      if (fallback == null && nullable) {
        return null;
      }
      if (fallback == null) {
        throw new UserException(
            mapping.at().toString(),
            here + " is missing",
            "add `" + key + ":` with " + describe(component.getType()));
      }
      node = YamlReader.value(fallback.value(), "default of " + here);
    }
    return value(component.getGenericType(), here, node);
  }

  private static Object construct(
      Class<?> type,
      Class<?>[] types,
      @Nullable Object[] arguments,
      String path,
      Node.Mapping mapping) {
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof InvalidValueException refused) {
        throw new UserException(
            place(mapping, refused.key()).toString(),
            join(path, refused.key()) + " " + refused.what(),
            refused.cure(),
            refused);
      }
      throw new IllegalStateException("constructor of " + type + " failed", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " can't be built", e);
    }
  }

  /** The line of the deepest part of a dotted key that the file holds. */
  private static Position place(Node.Mapping mapping, String key) {
    Node node = mapping;
    for (String part : key.split("\\.")) {
      Node below = node instanceof Node.Mapping inner ? inner.entries().get(part) : null;
      if (below == null) {
        break;
      }
      node = below;
    }
    return node.at();
  }

  private static String describe(Class<?> type) {
    if (type.isEnum()) {
      List<String> names = new ArrayList<>();
      for (Object constant : type.getEnumConstants()) {
        names.add(Names.ofConstant(constant));
      }
      return "one of " + String.join(", ", names);
    } else if (type == int.class || type == long.class) {
      return "a whole number";
    } else if (isDouble(type)) {
      return "a number";
    } else if (type == boolean.class) {
      return "true or false";
    } else if (type == Grid.class) {
      return "tiles across x tiles down, such as 2x1";
    } else if (type == Path.class) {
      return "a path";
    } else if (type == List.class) {
      return "a list";
    }
    return type == String.class ? "a text" : "a mapping";
  }

  private static UserException wrong(String path, Node node, String allowed) {
    return new UserException(
        node.at().toString(), path + " is " + node.kind(), "it must be " + allowed);
  }

  private static String join(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
