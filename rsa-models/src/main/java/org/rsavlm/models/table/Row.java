package org.rsavlm.models.table;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rsavlm.models.image.RgbImage;
import org.rsavlm.models.table.UnusableRowException.Kind;
import org.rsavlm.models.table.parquet.StoredBytes;

/**
 * One row of a data set.
 *
 * <p>Values are {@link String}, {@link Long}, {@link Double}, {@link Boolean}, {@code byte[]},
 * {@link List}, {@link Map} or null; of {@link IndexedRows} images' bytes are {@link StoredBytes}.
 * A column that is missing or holds something else than asked for is an {@link
 * UnusableRowException} that names the file, the row and the column.
 */
public final class Row {

  private static final int SHOWN_CHARACTERS = 40;
  private static final String LAYOUT =
      "give the data set that the benchmark names, in its own layout";
  private static final String CURE =
      "mend the row, or say which columns to read with columns: or --columns";

  private final String where;
  private final String name;
  private final ImageDirectory images;
  private final Map<String, @Nullable Object> values;

  /**
   * Keeps a row.
   *
   * @param where file and row number, for errors
   * @param images what image paths in the row are relative to
   * @param values by column
   */
  public Row(String where, ImageDirectory images, Map<String, ? extends @Nullable Object> values) {
    this(where, where, images, values);
  }

  /**
   * Keeps a row.
   *
   * @param name {@code FILE:LINE}, in place of an id
   */
  Row(
      String where,
      String name,
      ImageDirectory images,
      Map<String, ? extends @Nullable Object> values) {
    this.where = where;
    this.name = name;
    this.images = images;
    this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** File and row number, for errors. */
  public String where() {
    return where;
  }

  /** {@code FILE:LINE}, without the file's directory: what to call a row without an id. */
  String name() {
    return name;
  }

  /** The names of the columns, those of null included. */
  public Collection<String> columns() {
    return values.keySet();
  }

  /** Whether a column is there and not null. */
  public boolean has(String column) {
    return values.get(column) != null;
  }

  /** What a column holds, of the types named above; null if it is null or missing. */
  public @Nullable Object value(String column) {
    return values.get(column);
  }

  /** The text of a column; a number is written out. */
  public String text(String column) {
    return asText(column, required(column));
  }

  /** The text of a column, or null if it is null or missing. */
  public @Nullable String textOrNull(String column) {
    Object value = values.get(column);
    return value == null ? null : asText(column, value);
  }

  /** The whole number of a column; a text that is one counts. */
  public long integer(String column) {
    Object value = required(column);
    if (value instanceof Long number) {
      return number;
    }
    if (value instanceof Double number && number == Math.rint(number)) {
      return number.longValue();
    }
    try {
      return Long.parseLong(String.valueOf(value).strip());
    } catch (NumberFormatException e) {
      throw wrong(column, value, "a whole number");
    }
  }

  /** The texts of a column that holds a list. */
  public List<String> texts(String column) {
    Object value = required(column);
    if (!(value instanceof List<?> list)) {
      throw wrong(column, value, "a list of texts");
    }
    List<String> texts = new ArrayList<>();
    for (Object one : list) {
      if (one == null) {
        throw wrong(column, value, "a list of texts without null");
      }
      texts.add(asText(column, one));
    }
    return texts;
  }

  /** Decodes the image of a column: an encoded file's bytes, or a path. */
  public RgbImage image(String column) {
    return image(column, required(column));
  }

  /** Decodes the images of a column that holds a list of them, or a single one. */
  public List<RgbImage> images(String column) {
    Object value = required(column);
    if (!(value instanceof List<?> list)) {
      return List.of(image(column, value));
    }
    List<RgbImage> decoded = new ArrayList<>();
    for (Object one : list) {
      if (one == null) {
        throw wrong(column, value, "a list of images without null");
      }
      decoded.add(image(column, one));
    }
    return decoded;
  }

  private RgbImage image(String column, Object value) {
    RowImage image = asImage(column, value);
    if (image == null) {
      throw wrong(column, value, "an image: bytes, or the path of a file");
    }
    return image.read();
  }

  /** The image that a value of a column is; null if it is none. */
  @Nullable RowImage asImage(String column, Object value) {
    return RowImage.of(where + ", column " + column, images, value);
  }

  private String asText(String column, Object value) {
    if (value instanceof String text) {
      return text;
    }
    if (value instanceof Long || value instanceof Double || value instanceof Boolean) {
      return value.toString();
    }
    throw wrong(column, value, "a text");
  }

  /** What a column holds, not null. */
  Object required(String column) {
    Object value = values.get(column);
    if (value == null) {
      throw malformed(
          values.containsKey(column)
              ? "column " + column + " is null"
              : "no column " + column + "; there are " + String.join(", ", values.keySet()),
          LAYOUT);
    }
    return value;
  }

  private UnusableRowException wrong(String column, Object value, String wanted) {
    String shown = value instanceof byte[] bytes ? bytes.length + " bytes" : value.toString();
    if (shown.length() > SHOWN_CHARACTERS) {
      shown = shown.substring(0, SHOWN_CHARACTERS) + "…";
    }
    return malformed(
        "column " + column + " is " + shown + " where " + wanted + " is needed", LAYOUT);
  }

  UnusableRowException malformed(String detail) {
    return malformed(detail, CURE);
  }

  UnusableRowException malformed(String detail, String cure) {
    return new UnusableRowException(Kind.MALFORMED, where, detail, cure);
  }

  /** What a value is, in JSON's words. */
  static String kind(@Nullable Object value) {
    if (value == null) {
      return "nothing";
    }
    if (value instanceof List<?> list) {
      return list.isEmpty() ? "an empty list" : "ARRAY";
    }
    if (value instanceof Map) {
      return "OBJECT";
    }
    if (value instanceof Number) {
      return "NUMBER";
    }
    return value.getClass().getSimpleName().toUpperCase(Locale.ROOT);
  }
}
