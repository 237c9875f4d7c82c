package org.rsavlm.train.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.rsavlm.core.Nearest;
import org.rsavlm.core.UserException;

/**
 * Reads recipes. Beside the keys of {@link Recipe} a file may hold three that shape it:
 *
 * <ul>
 *   <li>{@code extends: FILE} lays this file over another, named relative to it. Mappings join key
 *       by key; a list or a scalar replaces the one below.
 *   <li>{@code remove: [PATH, …]} drops values of the file below, {@code stages[1.5]} for instance.
 *   <li>{@code set: {PATH: VALUE, …}} changes values inside lists, {@code stages[*].rsa.enabled:
 *       false} for instance; it is applied last.
 * </ul>
 *
 * A path joins keys by dots and selects an item of a list in brackets: by its {@code name} where
 * all items have one, else by position from 0, or {@code *} for all.
 */
public final class RecipeLoader {

  private static final List<String> SHAPING = List.of("extends", "remove", "set");

  private RecipeLoader() {}

  /**
   * Loads a recipe.
   *
   * @param file the YAML file
   * @param overrides {@code PATH=VALUE} each, applied in order after the file; the value {@code
   *     null} removes what the file says, so that the default holds
   * @return the checked recipe
   * @throws UserException naming file and line when something in it can't be used
   */
  public static Recipe load(Path file, List<String> overrides) {
    return finish(resolve(file, List.of()), overrides);
  }

  /**
   * Loads a recipe as it stands in its file.
   *
   * @param file the YAML file
   * @return the checked recipe
   * @throws UserException naming file and line when something in it can't be used
   */
  public static Recipe load(Path file) {
    return load(file, List.of());
  }

  /**
   * Reads a recipe from text, which can't extend a file.
   *
   * @param yaml the text
   * @param source what to call it in messages
   * @return the checked recipe
   * @throws UserException naming source and line when something in it can't be used
   */
  public static Recipe parse(String yaml, String source) {
    Node.Mapping root = mapping(YamlReader.document(yaml, source));
    Node base = root.entries().get("extends");
    if (base != null) {
      throw new UserException(
          base.at().toString(), "extends is only possible in a file", "write the values out");
    }
    return finish(shaped(root, root), List.of());
  }

  private static Recipe finish(Node root, List<String> overrides) {
    for (String override : overrides) {
      int equals = override.indexOf('=');
      if (equals < 1) {
        throw new UserException(
            "--set " + override, "no value", "write it as --set stages[1.5].rsa.lambda=0.1");
      }
      String path = override.substring(0, equals).strip();
      Position at = new Position("--set " + path, 0);
      Node value = YamlReader.value(override.substring(equals + 1), at.source());
      KeyPath key = KeyPath.parse(path, at);
      boolean taken = value instanceof Node.Scalar scalar && scalar.isNull();
      root = taken ? key.remove(root) : key.set(root, value);
    }
    return Binder.bind(Recipe.class, root);
  }

  private static Node resolve(Path file, List<Path> chain) {
    Node.Mapping root = mapping(YamlReader.document(read(file), file.toString()));
    Node base = root.entries().get("extends");
    if (base == null) {
      return shaped(root, root);
    }
    if (!(base instanceof Node.Scalar name) || name.isNull()) {
      throw new UserException(
          base.at().toString(), "extends is " + base.kind(), "it must be the path of a recipe");
    }
    Path below = file.resolveSibling(name.text()).normalize();
    List<Path> longer = new ArrayList<>(chain);
    longer.add(file.normalize());
    if (longer.contains(below)) {
      throw new UserException(
          base.at().toString(),
          "extends goes round in a circle: "
              + String.join(
                  " -> ",
                  Stream.concat(longer.stream(), Stream.of(below)).map(Path::toString).toList()),
          "let one of these files stand alone");
    }
    if (!Files.exists(below)) {
      throw new UserException(
          base.at().toString(), "extends '" + name.text() + "', which is no file", near(below));
    }
    return shaped(root, resolve(below, longer));
  }

  /** Applies a file's own keys and its shaping keys to what it stands on. */
  private static Node shaped(Node.Mapping root, Node base) {
    Node.Mapping own = root;
    for (String key : SHAPING) {
      own = own.without(key);
    }
    Node result = base == root ? own : base;
    Node remove = root.entries().get("remove");
    if (remove instanceof Node.Items paths) {
      for (Node path : paths.items()) {
        result = path(path).remove(result);
      }
    } else if (remove != null) {
      throw new UserException(
          remove.at().toString(), "remove is " + remove.kind(), "it must be a list of paths");
    }
    result = Overlay.merge(result, own);
    Node set = root.entries().get("set");
    if (set instanceof Node.Mapping changes) {
      for (Map.Entry<String, Node> change : changes.entries().entrySet()) {
        Node value = change.getValue();
        result = KeyPath.parse(change.getKey(), value.at()).set(result, value);
      }
    } else if (set != null) {
      throw new UserException(
          set.at().toString(), "set is " + set.kind(), "it must be a mapping of PATH: VALUE");
    }
    return result;
  }

  private static KeyPath path(Node node) {
    if (node instanceof Node.Scalar scalar && !scalar.isNull()) {
      return KeyPath.parse(scalar.text(), node.at());
    }
    throw new UserException(
        node.at().toString(), "remove holds " + node.kind(), "it must be a list of paths");
  }

  private static Node.Mapping mapping(Node root) {
    if (root instanceof Node.Mapping mapping) {
      return mapping;
    }
    throw new UserException(
        root.at().toString(),
        "a recipe can't be " + (root.kind().equals("empty") ? "empty" : root.kind()),
        "start with `extends: FILE` or `name: …`");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new UserException(file.toString(), "no such recipe", near(file), e);
    } catch (CharacterCodingException e) {
      throw new UserException(file.toString(), "not UTF-8 text", "give a YAML recipe", e);
    } catch (IOException e) {
      throw new UserException(
          file.toString(), "can't be read: " + e, "give the path of a readable file", e);
    }
  }

  /** Names the recipe beside a missing file that was probably meant. */
  private static String near(Path missing) {
    Path directory = missing.toAbsolutePath().getParent();
    if (directory != null && Files.isDirectory(directory)) {
      try (Stream<Path> files = Files.list(directory)) {
        List<String> recipes =
            files
                .map(f -> f.getFileName().toString())
                .filter(f -> f.endsWith(".yaml"))
                .sorted()
                .toList();
        var nearest = Nearest.to(String.valueOf(missing.getFileName()), recipes);
        if (nearest.isPresent()) {
          return "did you mean " + missing.resolveSibling(nearest.get()) + "?";
        }
      } catch (IOException e) {
        return "check the path";
      }
    }
    return "check the path";
  }
}
