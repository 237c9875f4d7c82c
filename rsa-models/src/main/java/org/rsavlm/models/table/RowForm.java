package org.rsavlm.models.table;

import static org.rsavlm.models.text.PromptTemplate.IMAGE_PLACEHOLDER;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.rsavlm.models.text.Role;
import org.rsavlm.models.text.Turn;

/**
 * One way in which rows hold a text and its images.
 *
 * @param kind what the text is
 * @param images names of the column of images; the first that a row has is taken
 * @param text column of turns, of the caption, or of the answer
 * @param question column of the question; null unless there is an answer
 */
public record RowForm(Kind kind, List<String> images, String text, @Nullable String question) {

  /** What the text of a row is. */
  public enum Kind {
    /** A conversation; with images, or of text alone. */
    TURNS,
    /** One caption of one image, or a list of such, texts or objects with {@code raw}. */
    CAPTION,
    /** A question and its answer. */
    ANSWER
  }

  /** Copies the list. */
  public RowForm {
    images = List.copyOf(images);
  }

  static RowForm turns(List<String> images, String column) {
    return new RowForm(Kind.TURNS, images, column, null);
  }

  static RowForm caption(List<String> images, String column) {
    return new RowForm(Kind.CAPTION, images, column, null);
  }

  /** The columns of texts. */
  List<String> texts() {
    return question == null ? List.of(text) : List.of(question, text);
  }

  /** The column of images that a row has; the first of the names if it has none. */
  String imageColumn(Row row) {
    return images.stream()
        .filter(row::has)
        .findFirst()
        .orElseGet(
            () ->
                images.stream().filter(row.columns()::contains).findFirst().orElse(images.get(0)));
  }

  /**
   * The images of a row; null is none, alone and in a list.
   *
   * <p>Whether bytes that stay in their file are there shows only when they are read. So what has
   * no path and is no item of a list counts where the text mentions an image.
   *
   * @throws UnusableRowException if the column holds something else
   */
  List<RowImage> images(Row row) {
    String column = imageColumn(row);
    Object value = row.value(column);
    List<RowImage> found = new ArrayList<>();
    if (value instanceof List<?> list) {
      for (Object one : list) {
        if (one != null) {
          found.add(image(row, column, one));
        }
      }
    } else if (value != null) {
      RowImage one = image(row, column, value);
      if (one.path() != null || mentionsImage(row)) {
        found.add(one);
      }
    }
    return found;
  }

  private static RowImage image(Row row, String column, Object value) {
    RowImage image = row.asImage(column, value);
    if (image == null) {
      throw row.malformed(
          "field \""
              + column
              + "\": expected a text, found "
              + Row.kind(value)
              + "; "
              + "an image is a path, bytes, or an object of these");
    }
    if (image.isFile() && "".equals(image.path())) {
      throw row.malformed("field \"" + column + "\" is empty");
    }
    return image;
  }

  private boolean mentionsImage(Row row) {
    return switch (kind) {
      case TURNS -> Turns.mention(row.value(text), IMAGE_PLACEHOLDER);
      case CAPTION, ANSWER -> true; // the placeholder is put in front
    };
  }

  /**
   * A row as a conversation. A caption answers an image alone; a question gets a placeholder for
   * each image, unless it has its own.
   *
   * @throws UnusableRowException if the columns hold something else
   */
  List<Turn> conversation(Row row) {
    return switch (kind) {
      case TURNS -> Turns.of(row, text);
      case CAPTION -> Turns.exchange(IMAGE_PLACEHOLDER, captions(row).get(0));
      case ANSWER -> Turns.exchange(question(row), required(row, text));
    };
  }

  private String question(Row row) {
    String asked = required(row, String.valueOf(question));
    if (asked.contains(IMAGE_PLACEHOLDER)) {
      return asked;
    }
    Object value = row.value(imageColumn(row));
    long count = value == null ? 0 : 1;
    if (value instanceof List<?> list) {
      count = list.stream().filter(Objects::nonNull).count();
    }
    return (IMAGE_PLACEHOLDER + "\n").repeat((int) count) + asked;
  }

  private static String required(Row row, String column) {
    if (row.value(column) instanceof String text) {
      return text;
    }
    throw row.malformed(
        "field \"" + column + "\": expected a text, found " + Row.kind(row.value(column)));
  }

  /**
   * A row's captions, in its order, blank ones left out. Of a conversation that is the only answer.
   *
   * @throws UnusableRowException if there is none, or the column holds something else
   */
  List<String> captions(Row row) {
    List<String> found = new ArrayList<>();
    Object value = row.value(text);
    switch (kind) {
      case TURNS -> found.add(onlyAnswer(row));
      case ANSWER -> found.add(required(row, text));
      case CAPTION -> {
        if (value instanceof List<?> list) {
          list.forEach(one -> found.add(caption(row, one)));
        } else {
          found.add(caption(row, value));
        }
      }
    }
    found.removeIf(String::isBlank);
    if (found.isEmpty()) {
      throw new UnusableRowException(
          UnusableRowException.Kind.NO_CAPTION,
          row.where(),
          "no caption in column " + text,
          "leave such rows out");
    }
    return found;
  }

  private String caption(Row row, @Nullable Object value) {
    if (value instanceof String one) {
      return one;
    }
    if (value instanceof Map<?, ?> map && map.get("raw") instanceof String raw) {
      return raw;
    }
    if (value == null) {
      row.required(text); // says that it is missing or null
    }
    throw row.malformed(
        "column "
            + text
            + " holds "
            + Row.kind(value)
            + " where a caption is needed, not a caption",
        "captions are texts, lists of texts, or lists of objects with \"raw\"");
  }

  /** A sample of one question and one answer; others are no image-caption pairs. */
  private String onlyAnswer(Row row) {
    String cause = "";
    try {
      List<Turn> turns = Turns.of(row, text);
      if (turns.size() == 2 && turns.get(1).role() == Role.GPT) {
        return turns.get(1).text();
      }
    } catch (UnusableRowException e) {
      cause = ": " + e.detail();
    }
    throw row.malformed(
        "is not one image with one caption" + cause, "give samples of one question and one answer");
  }
}
