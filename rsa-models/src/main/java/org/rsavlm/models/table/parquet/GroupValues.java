package org.rsavlm.models.table.parquet;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.EnumLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.JsonLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/**
 * A record as plain values: text, long, double, boolean, {@code byte[]}, list, map by name, or
 * null. What is none of these, such as a date, becomes its text. Lists are taken as LogicalTypes.md
 * of the format writes them and used to.
 */
final class GroupValues {

  private GroupValues() {}

  static Map<String, @Nullable Object> of(Group group) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    GroupType type = group.getType();
    for (int field = 0; field < type.getFieldCount(); field++) {
      values.put(type.getFieldName(field), field(group, field));
    }
    return values;
  }

  private static @Nullable Object field(Group group, int field) {
    int count = group.getFieldRepetitionCount(field);
    if (!group.getType().getType(field).isRepetition(Type.Repetition.REPEATED)) {
      return count == 0 ? null : value(group, field, 0);
    }
    List<@Nullable Object> values = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      values.add(value(group, field, i));
    }
    return values;
  }

  private static Object value(Group group, int field, int at) {
    Type type = group.getType().getType(field);
    if (type.isPrimitive()) {
      return primitive(group, type.asPrimitiveType(), field, at);
    }
    Group inner = group.getGroup(field, at);
    if (type.getLogicalTypeAnnotation() instanceof ListLogicalTypeAnnotation) {
      return list(type.asGroupType(), inner);
    }
    return type.getLogicalTypeAnnotation() instanceof MapLogicalTypeAnnotation
        ? map(inner)
        : of(inner);
  }

  private static List<@Nullable Object> list(GroupType type, Group list) {
    List<@Nullable Object> items = new ArrayList<>();
    boolean wrapped = wrapsElements(type);
    for (int i = 0; i < list.getFieldRepetitionCount(0); i++) {
      items.add(wrapped ? field(list.getGroup(0, i), 0) : value(list, 0, i));
    }
    return items;
  }

  /** Whether the repeated field of a list only holds the element, or is it, as in old files. */
  static boolean wrapsElements(GroupType list) {
    Type repeated = list.getType(0);
    return !repeated.isPrimitive()
        && repeated.asGroupType().getFieldCount() == 1
        && !repeated.getName().equals("array")
        && !repeated.getName().equals(list.getName() + "_tuple");
  }

  private static Map<String, @Nullable Object> map(Group map) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    for (int i = 0; i < map.getFieldRepetitionCount(0); i++) {
      Group entry = map.getGroup(0, i);
      boolean valued = entry.getType().getFieldCount() > 1;
      values.put(String.valueOf(field(entry, 0)), valued ? field(entry, 1) : null);
    }
    return values;
  }

  private static Object primitive(Group group, PrimitiveType type, int field, int at) {
    LogicalTypeAnnotation meaning = type.getLogicalTypeAnnotation();
    boolean bare = meaning == null || meaning instanceof IntLogicalTypeAnnotation;
    return switch (type.getPrimitiveTypeName()) {
      case INT32 -> {
        int number = group.getInteger(field, at);
        yield bare ? (Object) (long) number : type.stringifier().stringify(number);
      }
      case INT64 -> {
        long number = group.getLong(field, at);
        yield bare ? (Object) number : type.stringifier().stringify(number);
      }
      case BOOLEAN -> group.getBoolean(field, at);
      case FLOAT -> (double) group.getFloat(field, at);
      case DOUBLE -> group.getDouble(field, at);
      case BINARY -> {
        if (meaning == null) {
          yield group.getBinary(field, at).getBytes();
        }
        yield isText(meaning)
            ? group.getString(field, at)
            : type.stringifier().stringify(group.getBinary(field, at));
      }
      case FIXED_LEN_BYTE_ARRAY ->
          meaning == null
              ? group.getBinary(field, at).getBytes()
              : type.stringifier().stringify(group.getBinary(field, at));
      case INT96 -> type.stringifier().stringify(group.getInt96(field, at));
    };
  }

  private static boolean isText(LogicalTypeAnnotation meaning) {
    return meaning instanceof StringLogicalTypeAnnotation
        || meaning instanceof EnumLogicalTypeAnnotation
        || meaning instanceof JsonLogicalTypeAnnotation;
  }
}
