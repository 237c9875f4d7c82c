package org.rsavlm.models.table.parquet;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;

/**
 * How a column holds images: a struct of {@code bytes} and {@code path} or a list of such, bytes
 * alone, or a path or a list of paths.
 *
 * @param rest the column without its bytes; null for bytes alone
 * @param bytes path of the leaf that holds them; null where images are files
 * @param list whether a row has a list
 */
record ImageColumn(@Nullable Type rest, @Nullable List<String> bytes, boolean list) {

  private static final String BYTES = "bytes";
  private static final String PATH = "path";

  /**
   * Takes a column's type apart.
   *
   * @param file for the error
   * @throws UserException if it is none of those above
   */
  static ImageColumn of(Type type, String file) {
    ImageColumn found = of(type);
    if (found == null) {
      throw new UserException(
          file,
          "column " + type.getName() + " holds no images by its type",
          "expected a struct of bytes and path or a list of such, bytes, or a path");
    }
    return found;
  }

  private static @Nullable ImageColumn of(Type type) {
    if (!type.isPrimitive()
        && type.getLogicalTypeAnnotation() instanceof ListLogicalTypeAnnotation
        && GroupValues.wrapsElements(type.asGroupType())) {
      GroupType list = type.asGroupType();
      GroupType repeated = list.getType(0).asGroupType();
      ImageColumn element = of(repeated.getType(0));
      if (element != null && element.rest != null && !element.list) {
        return element.inside(repeated, false).inside(list, true);
      }
    } else if (type.isPrimitive() && isBinary(type)) {
      boolean path = type.getLogicalTypeAnnotation() instanceof StringLogicalTypeAnnotation;
      return path
          ? new ImageColumn(type, null, false)
          : new ImageColumn(null, List.of(type.getName()), false);
    } else if (!type.isPrimitive() && type.asGroupType().containsField(BYTES)) {
      GroupType struct = type.asGroupType();
      if (isBinary(struct.getType(BYTES))) {
        Type path = struct.containsField(PATH) ? struct.withNewFields(struct.getType(PATH)) : null;
        return new ImageColumn(path, List.of(struct.getName(), BYTES), false);
      }
    }
    return null;
  }

  private ImageColumn inside(GroupType outer, boolean asList) {
    List<String> path = null;
    if (bytes != null) {
      path = new ArrayList<>(List.of(outer.getName()));
      path.addAll(bytes);
    }
    return new ImageColumn(rest == null ? null : outer.withNewFields(rest), path, list || asList);
  }

  private static boolean isBinary(Type type) {
    return type.isPrimitive()
        && type.asPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.BINARY;
  }

  /** The next slots of a row group, in the order of its rows. */
  static final class Slots {

    private final StoredColumn column;
    private final int group;
    private int next;

    Slots(StoredColumn column, int group) {
      this.column = column;
      this.group = group;
    }

    int taken() {
      return next;
    }

    private StoredBytes take() {
      return column.at(group, next++);
    }
  }

  /**
   * Puts the places of a row's bytes where its bytes would be. A row without images, or with a null
   * one, takes a slot too.
   *
   * @param value what {@link #rest} holds
   */
  @Nullable Object placed(@Nullable Object value, Slots slots) {
    if (!list) {
      StoredBytes place = slots.take();
      return rest == null ? place : struct(value, place);
    }
    if (!(value instanceof List<?> images) || images.isEmpty()) {
      slots.take();
      return value;
    }
    List<@Nullable Object> placed = new ArrayList<>();
    images.forEach(image -> placed.add(struct(image, slots.take())));
    return placed;
  }

  private static @Nullable Object struct(@Nullable Object value, StoredBytes place) {
    if (!(value instanceof Map<?, ?> struct)) {
      return value;
    }
    Map<String, @Nullable Object> placed = new HashMap<>();
    placed.put(PATH, struct.get(PATH));
    placed.put(BYTES, place);
    return placed;
  }
}
