package org.rsavlm.train.data.parquet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.Type;

/** A record as JSON, with lists as LogicalTypes.md of the format writes them and used to. */
final class GroupJson {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private GroupJson() {}

  static ObjectNode object(Group group) {
    ObjectNode object = NODES.objectNode();
    GroupType type = group.getType();
    for (int field = 0; field < type.getFieldCount(); field++) {
      object.set(type.getFieldName(field), field(group, field));
    }
    return object;
  }

  private static JsonNode field(Group group, int field) {
    int count = group.getFieldRepetitionCount(field);
    if (group.getType().getType(field).isRepetition(Type.Repetition.REPEATED)) {
      ArrayNode values = NODES.arrayNode(count);
      for (int i = 0; i < count; i++) {
        values.add(value(group, field, i));
      }
      return values;
    }
    return count == 0 ? NODES.nullNode() : value(group, field, 0);
  }

  private static JsonNode value(Group group, int field, int at) {
    Type type = group.getType().getType(field);
    if (type.isPrimitive()) {
      return primitive(group, field, at);
    }
    Group inner = group.getGroup(field, at);
    boolean list = type.getLogicalTypeAnnotation() instanceof ListLogicalTypeAnnotation;
    return list ? list(type.asGroupType(), inner) : object(inner);
  }

  private static JsonNode list(GroupType type, Group list) {
    ArrayNode items = NODES.arrayNode();
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

  private static JsonNode primitive(Group group, int field, int at) {
    return switch (group.getType().getType(field).asPrimitiveType().getPrimitiveTypeName()) {
      case INT32 -> NODES.numberNode(group.getInteger(field, at));
      case INT64 -> NODES.numberNode(group.getLong(field, at));
      case BOOLEAN -> NODES.booleanNode(group.getBoolean(field, at));
      case FLOAT -> NODES.numberNode(group.getFloat(field, at));
      case DOUBLE -> NODES.numberNode(group.getDouble(field, at));
      case BINARY -> NODES.textNode(group.getString(field, at));
      default -> NODES.textNode(group.getValueToString(field, at));
    };
  }
}
