package org.rsavlm.train.config;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the weights come from.
 *
 * @param start {@code random} for seeded random weights in the shapes that {@code vision} and
 *     {@code language} state, else a directory in Hugging Face layout
 * @param vision a SigLIP vision config in Hugging Face's keys; only for a random start
 * @param language a Qwen2 config in Hugging Face's keys; only for a random start
 * @param tokenizer {@code tokenizer.json} or the directory that holds it; absent: the one in {@code
 *     start}
 */
public record ModelRecipe(
    @Default("random") String start,
    @Default("{}") ObjectNode vision,
    @Default("{}") ObjectNode language,
    @Nullable Path tokenizer) {

  private static final String RANDOM = "random";

  /** Checks that a random start is fully described and a directory isn't described twice. */
  public ModelRecipe {
    vision = vision.deepCopy();
    language = language.deepCopy();
    if (start.equals(RANDOM)) {
      if (tokenizer == null) {
        throw new InvalidValueException(
            "tokenizer", "is missing", "a random start needs the path of a tokenizer.json");
      }
      requireShape("vision", vision);
      requireShape("language", language);
    } else {
      refuseShape("vision", vision);
      refuseShape("language", language);
    }
  }

  /** A start from a model directory with its own tokenizer. */
  public static ModelRecipe at(Path directory) {
    JsonNodeFactory json = JsonNodeFactory.instance;
    return new ModelRecipe(directory.toString(), json.objectNode(), json.objectNode(), null);
  }

  /** The same with another tokenizer. */
  public ModelRecipe withTokenizer(Path other) {
    return Records.with(this, "tokenizer", other);
  }

  /** Whether training starts from random weights. */
  public boolean random() {
    return start.equals(RANDOM);
  }

  private static void requireShape(String key, ObjectNode shape) {
    if (shape.isEmpty()) {
      throw new InvalidValueException(
          key, "is missing", "state the config of a random start, or set model.start to a model");
    }
  }

  private static void refuseShape(String key, ObjectNode shape) {
    if (!shape.isEmpty()) {
      throw new InvalidValueException(
          key,
          "is given beside a start directory, whose config.json rules",
          "remove it, or add --set model." + key + "=null");
    }
  }
}
