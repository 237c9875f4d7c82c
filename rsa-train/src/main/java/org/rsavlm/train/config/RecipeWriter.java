package org.rsavlm.train.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Writes resolved recipes: every key with its value, defaults included. */
public final class RecipeWriter {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final YAMLMapper YAML =
      YAMLMapper.builder().disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER).build();

  private RecipeWriter() {}

  /**
   * The recipe as YAML that {@link RecipeLoader} reads back equal.
   *
   * @param recipe a recipe
   * @return YAML text
   */
  public static String toYaml(Recipe recipe) {
    try {
      return YAML.writeValueAsString(toJson(recipe));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a recipe can always be written", e);
    }
  }

  /**
   * The recipe as a JSON tree with the file's keys.
   *
   * @param recipe a recipe
   * @return a new tree
   */
  public static ObjectNode toJson(Recipe recipe) {
    return object(recipe);
  }

  /**
   * A fingerprint that two recipes share only when all their values are equal.
   *
   * @param recipe a recipe
   * @return 64 hexadecimal digits (SHA-256 of {@link #toYaml})
   */
  public static String sha256(Recipe recipe) {
    try {
      byte[] text = toYaml(recipe).getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static ObjectNode object(Record value) {
    ObjectNode object = JSON.objectNode();
    for (RecordComponent component : value.getClass().getRecordComponents()) {
      try {
        Object part = component.getAccessor().invoke(value);
        if (part instanceof Record group && component.isAnnotationPresent(Flattened.class)) {
          object.setAll(object(group));
        } else if (part != null) {
          object.set(Names.key(component), json(part));
        }
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("can't read " + component, e);
      }
    }
    return object;
  }

  private static JsonNode json(Object value) {
    if (value instanceof Record record && !(value instanceof Grid)) {
      return object(record);
    } else if (value instanceof List<?> list) {
      ArrayNode array = JSON.arrayNode();
      list.forEach(item -> array.add(json(item)));
      return array;
    } else if (value instanceof ObjectNode object) {
      return object.deepCopy();
    } else if (value instanceof Boolean truth) {
      return JSON.booleanNode(truth);
    } else if (value instanceof Integer number) {
      return JSON.numberNode(number);
    } else if (value instanceof Long number) {
      return JSON.numberNode(number);
    } else if (value instanceof Double number) {
      return JSON.numberNode(number);
    } else if (value instanceof Enum<?> constant) {
      return JSON.textNode(Names.ofConstant(constant));
    }
    return JSON.textNode(value.toString());
  }
}
