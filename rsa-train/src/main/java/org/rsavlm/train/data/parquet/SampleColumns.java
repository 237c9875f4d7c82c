package org.rsavlm.train.data.parquet;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;
import org.rsavlm.train.config.ColumnsRecipe;
import org.rsavlm.train.config.Nearest;

/**
 * Which columns of a file make a sample.
 *
 * @param texts the columns that are read as text: those below without image bytes
 * @param id name of the id's column, if there is one
 * @param image name of the column of images, if there is one
 * @param list whether that column holds lists
 * @param bytes the leaf that holds encoded images; null where images are paths, or there is none
 * @param listed whether the texts say which images there are; false for images of bytes alone
 * @param conversations name of the column of turns; null where there are captions
 * @param caption name of the column of captions; null where there are turns
 * @param question name of the column of questions, with that of answers; null where there are turns
 *     or captions
 * @param answer name of the column of answers
 */
record SampleColumns(
    MessageType texts,
    @Nullable String id,
    @Nullable String image,
    boolean list,
    @Nullable ColumnDescriptor bytes,
    boolean listed,
    @Nullable String conversations,
    @Nullable String caption,
    @Nullable String question,
    @Nullable String answer) {

  private static final List<String> IMAGES = List.of("image", "images");
  private static final List<String> CAPTIONS = List.of("caption", "text");
  private static final String CONVERSATIONS = "conversations";
  private static final String ID = "id";
  private static final String BYTES = "bytes";
  private static final String PATH = "path";

  /**
   * Finds the columns.
   *
   * @param stated those that are not looked for under their usual names
   * @param file for errors
   * @throws UserException if they are missing, or of types that hold no sample
   */
  static SampleColumns of(MessageType schema, ColumnsRecipe stated, String file) {
    stated.stated().forEach((key, column) -> requireColumn(schema, key, column, file));
    String conversations = stated.conversations();
    String caption = stated.caption();
    if (!stated.namesText()) {
      conversations = first(schema, List.of(CONVERSATIONS));
      caption = conversations == null ? first(schema, CAPTIONS) : null;
    }
    String image = stated.image() != null ? stated.image() : first(schema, IMAGES);
    boolean pairs = caption != null && image != null;
    if (conversations == null && stated.question() == null && !pairs) {
      throw new UserException(
          file,
          "no samples in its columns: " + names(schema),
          "expected image and conversations, as LLaVA's data on the hub has them, or image and"
              + " caption; name others with columns: at the source");
    }
    String id = stated.id() != null ? stated.id() : first(schema, List.of(ID));
    for (String name : new String[] {id, caption, stated.question(), stated.answer()}) {
      requireType(schema, name, true, file);
    }
    requireType(schema, conversations, false, file);
    Set<String> names = new LinkedHashSet<>();
    for (String name :
        new String[] {id, conversations, caption, stated.question(), stated.answer()}) {
      if (name != null) {
        names.add(name);
      }
    }
    List<Type> texts = new ArrayList<>(names.stream().map(schema::getType).toList());
    Images images = image == null ? null : images(schema.getType(image), file);
    if (images != null && images.text() != null && !names.contains(image)) {
      texts.add(images.text());
    }
    return new SampleColumns(
        new MessageType(schema.getName(), texts),
        id,
        image,
        images != null && images.list(),
        images == null || images.bytes() == null
            ? null
            : schema.getColumnDescription(images.bytes().toArray(new String[0])),
        images == null || images.text() != null,
        conversations,
        caption,
        stated.question(),
        stated.answer());
  }

  private static void requireColumn(MessageType schema, String key, String column, String file) {
    if (!schema.containsField(column)) {
      List<String> there = schema.getFields().stream().map(Type::getName).toList();
      throw new UserException(
          file,
          "has no column '" + column + "', which columns." + key + " names",
          Nearest.to(column, there).map(near -> "did you mean '" + near + "'? ").orElse("")
              + "its columns: "
              + names(schema));
    }
  }

  /** Lists and structs are no text, and a text is no turns. */
  private static void requireType(
      MessageType schema, @Nullable String column, boolean text, String file) {
    if (column != null && schema.getType(column).isPrimitive() != text) {
      throw new UserException(
          file,
          "column " + column + " holds no " + (text ? "text" : "turns") + " by its type",
          "columns: names turns under conversations, texts under caption, or question and answer");
    }
  }

  private static @Nullable String first(MessageType schema, List<String> names) {
    return names.stream().filter(schema::containsField).findFirst().orElse(null);
  }

  private static String names(MessageType schema) {
    return String.join(", ", schema.getFields().stream().map(Type::getName).toList());
  }

  /** The type without its bytes, if anything is left, and the path of the bytes. */
  private record Images(@Nullable Type text, @Nullable List<String> bytes, boolean list) {

    Images inside(GroupType outer, boolean asList) {
      List<String> path = null;
      if (bytes != null) {
        path = new ArrayList<>(List.of(outer.getName()));
        path.addAll(bytes);
      }
      return new Images(text == null ? null : outer.withNewFields(text), path, list || asList);
    }
  }

  private static Images images(Type type, String file) {
    Type outer = type;
    if (!type.isPrimitive()
        && type.getLogicalTypeAnnotation() instanceof ListLogicalTypeAnnotation
        && GroupJson.wrapsElements(type.asGroupType())) {
      GroupType list = type.asGroupType();
      GroupType repeated = list.getType(0).asGroupType();
      Images element = images(repeated.getType(0), file);
      if (element.text() != null && !element.list()) {
        return element.inside(repeated, false).inside(list, true);
      }
    } else if (type.isPrimitive() && isBinary(type)) {
      boolean path = type.getLogicalTypeAnnotation() instanceof StringLogicalTypeAnnotation;
      return path
          ? new Images(type, null, false)
          : new Images(null, List.of(type.getName()), false);
    } else if (!type.isPrimitive() && type.asGroupType().containsField(BYTES)) {
      GroupType struct = type.asGroupType();
      if (isBinary(struct.getType(BYTES))) {
        Type path = struct.containsField(PATH) ? struct.withNewFields(struct.getType(PATH)) : null;
        return new Images(path, List.of(struct.getName(), BYTES), false);
      }
    }
    throw new UserException(
        file,
        "column " + outer.getName() + " holds no images by its type",
        "expected a struct of bytes and path or a list of such, bytes, or a path");
  }

  private static boolean isBinary(Type type) {
    return type.isPrimitive()
        && type.asPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.BINARY;
  }
}
