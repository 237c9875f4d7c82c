package org.rsavlm.models.table;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.Nearest;
import org.rsavlm.core.UserException;
import org.rsavlm.models.image.RgbImage;

/**
 * Which columns of a data set hold what: the one mapping of training and of measuring.
 *
 * @param name of the preset, {@code usual} or {@code custom}
 * @param stated columns that a user named, by what they hold; a file must have them
 * @param ids names of the id's column; the first that a row has is taken
 * @param forms what is looked for, the first that a row has is taken
 */
public record RowColumns(
    String name, Map<String, String> stated, List<String> ids, List<RowForm> forms) {

  private static final List<String> IDS = List.of("id");
  private static final List<String> IMAGES = List.of("image", "images");
  private static final List<String> FILES = List.of("image", "images", "filename");

  /** The usual names. What stands first has always been read; what was added stands behind it. */
  public static final RowColumns USUAL =
      of(
          "usual",
          RowForm.turns(IMAGES, "conversations"),
          RowForm.caption(IMAGES, "caption"),
          RowForm.caption(IMAGES, "text"),
          RowForm.turns(IMAGES, "messages"),
          RowForm.caption(FILES, "sentences"),
          RowForm.caption(FILES, "captions"),
          RowForm.caption(FILES, "caption"),
          RowForm.caption(IMAGES, "caption_reference_description"));

  /** In the order in which a data set is tried to be recognised. */
  private static final List<RowColumns> PRESETS =
      List.of(
          of("llava", RowForm.turns(IMAGES, "conversations")),
          of("coco", RowForm.caption(FILES, "sentences"), RowForm.caption(FILES, "captions")),
          of("flickr30k", RowForm.caption(FILES, "caption")),
          of(
              "wit",
              RowForm.caption(IMAGES, "caption_reference_description"),
              RowForm.caption(IMAGES, "text")));

  /** Copies the collections. */
  public RowColumns {
    stated = Collections.unmodifiableMap(new LinkedHashMap<>(stated));
    ids = List.copyOf(ids);
    forms = List.copyOf(forms);
  }

  private static RowColumns of(String name, RowForm... forms) {
    return new RowColumns(name, Map.of(), IDS, List.of(forms));
  }

  /** The names that {@link #parse} knows. */
  public static List<String> presetNames() {
    return PRESETS.stream().map(RowColumns::name).toList();
  }

  /**
   * Columns that a user named; what is not named is looked for under its usual names.
   *
   * @param stated columns by {@code id}, {@code image}, and one of {@code conversations}, {@code
   *     caption}, or {@code question} with {@code answer}
   */
  public static RowColumns stated(Map<String, String> stated) {
    if (stated.isEmpty()) {
      return USUAL;
    }
    String image = stated.get("image");
    List<RowForm> forms = new ArrayList<>();
    String conversations = stated.get("conversations");
    String caption = stated.get("caption");
    String answer = stated.get("answer");
    List<String> images = image == null ? IMAGES : List.of(image);
    if (conversations != null) {
      forms.add(RowForm.turns(images, conversations));
    } else if (caption != null) {
      forms.add(RowForm.caption(image == null ? FILES : images, caption));
    } else if (answer != null) {
      forms.add(new RowForm(RowForm.Kind.ANSWER, images, answer, stated.get("question")));
    } else {
      for (RowForm usual : USUAL.forms) {
        forms.add(
            new RowForm(usual.kind(), image == null ? usual.images() : images, usual.text(), null));
      }
    }
    String id = stated.get("id");
    return new RowColumns("custom", stated, id == null ? IDS : List.of(id), forms);
  }

  /**
   * Reads what a user writes on the command line.
   *
   * @param text a preset's name, the columns as {@code IMAGE,CAPTION}, or as {@code
   *     image=COLUMN,conversations=COLUMN} with the keys of {@link #stated(Map)}
   * @throws UserException if it is none of these
   */
  public static RowColumns parse(String text) {
    for (RowColumns preset : PRESETS) {
      if (preset.name.equals(text)) {
        return preset;
      }
    }
    List<String> columns = Arrays.stream(text.split(",", -1)).map(String::strip).toList();
    if (text.contains("=")) {
      return parsePairs(text, columns);
    }
    if (columns.size() != 2 || columns.contains("")) {
      throw unknown(text);
    }
    return stated(Map.of("image", columns.get(0), "caption", columns.get(1)));
  }

  private static RowColumns parsePairs(String text, List<String> pairs) {
    Map<String, String> stated = new LinkedHashMap<>();
    for (String pair : pairs) {
      int at = pair.indexOf('=');
      String key = at < 0 ? pair : pair.substring(0, at).strip();
      String column = at < 0 ? "" : pair.substring(at + 1).strip();
      boolean known =
          Set.of("id", "image", "conversations", "caption", "question", "answer").contains(key);
      if (!known || column.isEmpty() || stated.put(key, column) != null) {
        throw unknown(text);
      }
    }
    long ways =
        List.of("conversations", "caption", "answer").stream().filter(stated::containsKey).count();
    if (ways > 1 || stated.containsKey("question") != stated.containsKey("answer")) {
      throw unknown(text);
    }
    return stated(stated);
  }

  private static UserException unknown(String text) {
    return new UserException(
        "--columns",
        "'" + text + "' names no image and caption column",
        "write one of "
            + String.join(", ", presetNames())
            + ", or IMAGE,CAPTION, or image=COLUMN with one of conversations=, caption=, or"
            + " question= and answer=");
  }

  /**
   * Recognises a data set by its first row.
   *
   * @throws UserException if neither a preset's columns nor the usual ones are there
   */
  public static RowColumns detect(Row row) {
    List<RowColumns> known = new ArrayList<>(PRESETS);
    known.add(USUAL);
    for (RowColumns columns : known) {
      for (RowForm form : columns.forms) {
        if (form.images().stream().anyMatch(row::has) && row.has(form.text())) {
          return columns;
        }
      }
    }
    throw new UserException(
        row.where(),
        "columns " + String.join(", ", row.columns()) + " are no known image-caption set's",
        "name the two columns with --columns IMAGE,CAPTION");
  }

  /**
   * The columns of a file that are read.
   *
   * @param id if there is one
   * @param image if there is one
   * @param form with the texts' columns
   */
  record Selection(@Nullable String id, @Nullable String image, RowForm form) {

    /** Columns to be read as text. */
    Set<String> texts() {
      Set<String> texts = new LinkedHashSet<>();
      if (id != null) {
        texts.add(id);
      }
      texts.addAll(form.texts());
      return texts;
    }
  }

  /**
   * Chooses columns of a file whose columns are known.
   *
   * @param file for errors
   * @throws UserException if a stated column is missing, or there is no sample in them
   */
  Selection select(List<String> there, String file) {
    stated.forEach((key, column) -> requireColumn(there, key, column, file));
    for (RowForm form : forms) {
      String image = form.images().stream().filter(there::contains).findFirst().orElse(null);
      boolean complete = image != null || form.kind() != RowForm.Kind.CAPTION;
      if (complete && there.containsAll(form.texts())) {
        return new Selection(
            ids.stream().filter(there::contains).findFirst().orElse(null), image, form);
      }
    }
    throw new UserException(
        file,
        "no samples in its columns: " + String.join(", ", there),
        "expected image and conversations, as LLaVA's data on the hub has them, or image and"
            + " caption; name others with columns: at the source");
  }

  private static void requireColumn(List<String> there, String key, String column, String file) {
    if (!there.contains(column)) {
      throw new UserException(
          file,
          "has no column '" + column + "', which columns." + key + " names",
          Nearest.to(column, there).map(near -> "did you mean '" + near + "'? ").orElse("")
              + "its columns: "
              + String.join(", ", there));
    }
  }

  /** The form that a row has: with all its values, with all its columns, or else the first. */
  private RowForm form(Row row) {
    return form(row::has, forms.get(0), row.columns()::contains);
  }

  private RowForm form(Predicate<String> has, RowForm otherwise, Predicate<String> there) {
    for (Predicate<String> test : List.of(has, there)) {
      for (RowForm form : forms) {
        boolean pictured =
            form.kind() != RowForm.Kind.CAPTION || form.images().stream().anyMatch(test);
        if (pictured && form.texts().stream().allMatch(test)) {
          return form;
        }
      }
    }
    return otherwise;
  }

  /** Whether a row with values in these columns states images. */
  boolean stateImages(Collection<String> valued) {
    RowForm form = form(valued::contains, forms.get(0), valued::contains);
    return form.images().stream().anyMatch(valued::contains);
  }

  /** Columns that hold images in all forms. */
  Set<String> alwaysImages() {
    Set<String> always = new LinkedHashSet<>(forms.get(0).images());
    forms.forEach(form -> always.retainAll(form.images()));
    return always;
  }

  /** A row's id, or {@code FILE:LINE} where it has none. */
  public String id(Row row) {
    for (String name : ids) {
      Object value = row.value(name);
      if (value instanceof String || value instanceof Number) {
        return value.toString();
      }
    }
    return row.name();
  }

  /**
   * A row as a conversation about images.
   *
   * @throws UnusableRowException if it is none
   */
  public RowSample sample(Row row) {
    if (row.has("video")) {
      throw row.malformed("field \"video\": only images are supported");
    }
    RowForm form = form(row);
    return new RowSample(id(row), form.images(row), form.conversation(row));
  }

  /** Whether a row states images, be it usable or not. */
  boolean hasImages(Row row) {
    try {
      return !form(row).images(row).isEmpty();
    } catch (UnusableRowException e) {
      return true; // reading it says what is wrong
    }
  }

  /**
   * Decodes a row's only image.
   *
   * @throws UnusableRowException if there is none or more than one, or it can't be read
   */
  public RgbImage image(Row row) {
    String column = form(row).imageColumn(row);
    List<RgbImage> images = row.images(column);
    if (images.size() != 1) {
      throw row.malformed(
          "column " + column + " holds " + images.size() + " images; one is needed");
    }
    return images.get(0);
  }

  /**
   * A row's captions, in its order, blank ones left out. Of a conversation that is the only answer.
   *
   * @throws UnusableRowException if there is no caption, or the column holds something else
   */
  public List<String> captions(Row row) {
    return form(row).captions(row);
  }
}
