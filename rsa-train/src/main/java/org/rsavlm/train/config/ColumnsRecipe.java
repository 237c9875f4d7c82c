package org.rsavlm.train.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rsavlm.models.table.RowColumns;

/**
 * Which columns make a sample, where they are not those of LLaVA's data. One that is absent here is
 * looked for under its usual names; the text may be stated in one way only.
 *
 * @param id of the sample; usually {@code id}
 * @param image one or a list; usually {@code image} or {@code images}
 * @param conversations turns of {@code from} and {@code value}, or of {@code role} and {@code
 *     content}; usually {@code conversations}
 * @param caption of the image; usually {@code caption} or {@code text}
 * @param question about the image, with {@code answer}
 * @param answer to {@code question}
 */
public record ColumnsRecipe(
    @Nullable String id,
    @Nullable String image,
    @Nullable String conversations,
    @Nullable String caption,
    @Nullable String question,
    @Nullable String answer) {

  /** The usual names. */
  public static final ColumnsRecipe USUAL = new ColumnsRecipe(null, null, null, null, null, null);

  /** Checks that the text is stated once. */
  public ColumnsRecipe {
    if ((question == null) != (answer == null)) {
      String there = question == null ? "answer" : "question";
      String missing = question == null ? "question" : "answer";
      throw new InvalidValueException(
          there, "is given alone", "add `" + missing + ":`, or drop it");
    }
    List<String> texts = new ArrayList<>();
    if (conversations != null) {
      texts.add("conversations");
    }
    if (caption != null) {
      texts.add("caption");
    }
    if (question != null) {
      texts.add("question");
    }
    if (texts.size() > 1) {
      throw new InvalidValueException(
          texts.get(1),
          "is given beside " + texts.get(0),
          "keep one: conversations, or caption, or question and answer");
    }
  }

  /** The stated columns by their key, in the order of the components. */
  public Map<String, String> stated() {
    Map<String, String> stated = new LinkedHashMap<>();
    put(stated, "id", id);
    put(stated, "image", image);
    put(stated, "conversations", conversations);
    put(stated, "caption", caption);
    put(stated, "question", question);
    put(stated, "answer", answer);
    return stated;
  }

  private static void put(Map<String, String> stated, String key, @Nullable String column) {
    if (column != null) {
      stated.put(key, column);
    }
  }

  /** What rows are read with. */
  public RowColumns mapping() {
    return RowColumns.stated(stated());
  }
}
