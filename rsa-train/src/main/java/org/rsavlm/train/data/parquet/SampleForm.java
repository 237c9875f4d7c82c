package org.rsavlm.train.data.parquet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns the texts of rows into LLaVA's JSON, and counts where in the bytes' column each row's
 * images lie: a row without images, or with a null one, takes a slot too.
 */
final class SampleForm {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String PLACEHOLDER = "<image>";

  private final SampleColumns columns;
  private int group;
  private int slot;

  SampleForm(SampleColumns columns) {
    this.columns = columns;
  }

  void startGroup(int index) {
    group = index;
    slot = 0;
  }

  /** Slots of the rows since the group's start. */
  int slots() {
    return slot;
  }

  void sample(JsonNode row, RowSink sink) throws IOException {
    JsonNode turns = turns(row);
    List<ImageName> images = images(row, turns);
    ObjectNode sample = NODES.objectNode();
    if (columns.id() != null) {
      sample.set("id", row.get(columns.id()));
    }
    if (!images.isEmpty()) {
      ArrayNode names = sample.putArray("image");
      images.forEach(name -> names.add(name.toString()));
    }
    sample.set("conversations", turns);
    sink.accept(sample, images.size());
  }

  private JsonNode turns(JsonNode row) {
    if (columns.conversations() != null) {
      return Turns.of(row.get(columns.conversations()));
    } else if (columns.caption() != null) {
      return Turns.exchange(NODES.textNode(PLACEHOLDER), row.get(columns.caption()));
    }
    return Turns.exchange(question(row), row.get(columns.answer()));
  }

  /** The question, behind a placeholder for each image where it has none of its own. */
  private JsonNode question(JsonNode row) {
    JsonNode question = row.get(columns.question());
    if (!question.isTextual() || question.textValue().contains(PLACEHOLDER)) {
      return question;
    }
    int images = columns.image() == null ? 0 : 1;
    if (images == 1 && columns.listed()) {
      JsonNode stated = row.get(columns.image());
      images = 0;
      for (JsonNode image : columns.list() ? stated : NODES.arrayNode().add(stated)) {
        images += image.isNull() ? 0 : 1;
      }
    }
    return NODES.textNode((PLACEHOLDER + "\n").repeat(images) + question.textValue());
  }

  private List<ImageName> images(JsonNode row, JsonNode turns) {
    List<ImageName> names = new ArrayList<>();
    if (columns.image() == null) {
      return names;
    }
    if (!columns.listed()) {
      // Bytes alone: whether they are there shows when they are read.
      if (mentionsImage(turns)) {
        names.add(new ImageName(group, slot, ""));
      }
      slot++;
      return names;
    }
    JsonNode stated = row.get(columns.image());
    if (columns.list() && stated.isArray() && !stated.isEmpty()) {
      stated.forEach(image -> add(image, turns, names));
    } else {
      add(columns.list() ? NODES.nullNode() : stated, turns, names);
    }
    return names;
  }

  /** An image of the row, if it is one: null is none, and neither is a struct that only may be. */
  private void add(JsonNode image, JsonNode turns, List<ImageName> names) {
    int own = slot++;
    String path = image.isTextual() ? image.textValue() : image.path("path").textValue();
    if (image.isNull() || (path == null && !columns.list() && !mentionsImage(turns))) {
      return;
    }
    names.add(name(own, path));
  }

  private ImageName name(int own, @Nullable String path) {
    String text = path == null ? "" : path;
    return columns.bytes() == null ? ImageName.file(text) : new ImageName(group, own, text);
  }

  private static boolean mentionsImage(JsonNode turns) {
    for (JsonNode turn : turns) {
      if (turn.path("value").asText().contains(PLACEHOLDER)) {
        return true;
      }
    }
    return false;
  }
}
