package org.rsavlm.train.data.parquet;

import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;

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
 */
record SampleColumns(
    MessageType texts,
    @Nullable String id,
    @Nullable String image,
    boolean list,
    @Nullable ColumnDescriptor bytes,
    boolean listed,
    @Nullable String conversations,
    @Nullable String caption) {

  private static final List<String> IMAGES = List.of("image", "images");
  private static final List<String> CAPTIONS = List.of("caption", "text");
  private static final String CONVERSATIONS = "conversations";
  private static final String ID = "id";
  private static final String BYTES = "bytes";
  private static final String PATH = "path";

  /**
   * Finds the columns.
   *
   * @param file for errors
   * @throws UserException if they are missing, or of types that hold no sample
   */
  static SampleColumns of(MessageType schema, String file) {
    String conversations = first(schema, List.of(CONVERSATIONS));
    String caption = conversations == null ? first(schema, CAPTIONS) : null;
    String image = first(schema, IMAGES);
    if (conversations == null && (caption == null || image == null)) {
      throw new UserException(
          file,
          "no samples in its columns: " + names(schema),
          "expected image and conversations, as LLaVA's data on the hub has them, or image and"
              + " caption");
    }
    String id = first(schema, List.of(ID));
    List<Type> texts = new ArrayList<>();
    for (String name : new String[] {id, conversations, caption}) {
      if (name != null) {
        texts.add(schema.getType(name));
      }
    }
    Images images = image == null ? null : images(schema.getType(image), file);
    if (images != null && images.text() != null) {
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
        caption);
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
