package org.rsavlm.models.table;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;
import org.rsavlm.models.image.RgbImage;

/**
 * Which columns of a data set hold image and caption. Of several names the first that a row has is
 * taken.
 *
 * <p>A caption column holds a text; a list of texts, as in the hub's Flickr30k; a list of objects
 * with {@code raw}, as in Karpathy's COCO; or LLaVA's {@code conversations}, whose only answer is
 * the caption.
 *
 * @param name of the preset, or {@code custom}
 * @param images names of the image column
 * @param captions names of the caption column
 */
public record CaptionColumns(String name, List<String> images, List<String> captions) {

  private static final String CONVERSATIONS = "conversations";

  /** In the order in which a data set is tried to be recognised. */
  private static final Map<String, CaptionColumns> PRESETS = presets();

  /** Copies the lists. */
  public CaptionColumns {
    images = List.copyOf(images);
    captions = List.copyOf(captions);
  }

  private static Map<String, CaptionColumns> presets() {
    Map<String, CaptionColumns> presets = new LinkedHashMap<>();
    for (CaptionColumns one :
        List.of(
            new CaptionColumns("llava", List.of("image"), List.of(CONVERSATIONS)),
            new CaptionColumns(
                "coco", List.of("image", "filename"), List.of("sentences", "captions")),
            new CaptionColumns("flickr30k", List.of("image", "filename"), List.of("caption")),
            new CaptionColumns(
                "wit", List.of("image"), List.of("caption_reference_description", "text")))) {
      presets.put(one.name, one);
    }
    return presets;
  }

  /** The names that {@link #parse} knows. */
  public static List<String> presetNames() {
    return List.copyOf(PRESETS.keySet());
  }

  /**
   * Reads what a user writes.
   *
   * @param text a preset's name, or the columns as {@code IMAGE,CAPTION}
   * @throws UserException if it is neither
   */
  public static CaptionColumns parse(String text) {
    CaptionColumns preset = PRESETS.get(text);
    if (preset != null) {
      return preset;
    }
    List<String> columns = Arrays.stream(text.split(",", -1)).map(String::strip).toList();
    if (columns.size() != 2 || columns.contains("")) {
      throw new UserException(
          "--columns",
          "'" + text + "' names no image and caption column",
          "write one of " + String.join(", ", presetNames()) + ", or IMAGE,CAPTION");
    }
    return new CaptionColumns("custom", columns.subList(0, 1), columns.subList(1, 2));
  }

  /**
   * Recognises a data set by its first row.
   *
   * @throws UserException if no preset's columns are there
   */
  public static CaptionColumns detect(Row row) {
    for (CaptionColumns preset : PRESETS.values()) {
      if (preset.images.stream().anyMatch(row::has)
          && preset.captions.stream().anyMatch(row::has)) {
        return preset;
      }
    }
    throw new UserException(
        row.where(),
        "columns " + String.join(", ", row.columns()) + " are no known image-caption set's",
        "name the two columns with --columns IMAGE,CAPTION");
  }

  /**
   * Decodes a row's image.
   *
   * @throws UserException if there is none, or it can't be read
   */
  public RgbImage image(Row row) {
    return row.image(column(row, images));
  }

  /**
   * A row's captions, in its order, blank ones left out.
   *
   * @throws UserException if there is no caption, or the column holds something else
   */
  public List<String> captions(Row row) {
    String column = column(row, captions);
    Object value = row.value(column);
    List<String> found = new ArrayList<>();
    if (column.equals(CONVERSATIONS)) {
      found.add(answer(row, value));
    } else if (value instanceof List<?> list) {
      list.forEach(one -> found.add(text(row, column, one)));
    } else {
      found.add(text(row, column, value));
    }
    found.removeIf(String::isBlank);
    if (found.isEmpty()) {
      throw new UserException(row.where(), "no caption in column " + column, "leave such rows out");
    }
    return found;
  }

  private static String column(Row row, List<String> names) {
    return names.stream().filter(row::has).findFirst().orElse(names.get(0));
  }

  private static String text(Row row, String column, @Nullable Object value) {
    if (value instanceof String text) {
      return text;
    }
    if (value instanceof Map<?, ?> map && map.get("raw") instanceof String text) {
      return text;
    }
    if (value == null) {
      return row.text(column); // says that it is missing or null
    }
    throw new UserException(
        row.where(),
        "column " + column + " holds a " + value.getClass().getSimpleName() + ", not a caption",
        "captions are texts, lists of texts, or lists of objects with \"raw\"");
  }

  /** A sample of one question and one answer; others are no image-caption pairs. */
  private static String answer(Row row, @Nullable Object value) {
    if (value instanceof List<?> turns
        && turns.size() == 2
        && turns.get(1) instanceof Map<?, ?> second
        && "gpt".equals(second.get("from"))
        && second.get("value") instanceof String text) {
      return text;
    }
    throw new UserException(
        row.where(),
        "is not one image with one caption",
        "give samples of one human turn and one gpt turn");
  }
}
