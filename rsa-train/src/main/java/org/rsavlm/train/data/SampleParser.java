package org.rsavlm.train.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.rsavlm.core.UserException;
import org.rsavlm.models.text.Role;
import org.rsavlm.models.text.Turn;

/** Reads one sample of LLaVA's JSON. Stateless after construction; safe for many threads. */
final class SampleParser {

  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final String source;
  private final boolean rsa;

  SampleParser(String source, boolean rsa) {
    this.source = source;
    this.rsa = rsa;
  }

  /**
   * Parses a sample.
   *
   * @param json its bytes
   * @param where {@code FILE:LINE}, the id of a sample without one
   */
  Sample parse(byte[] json, String where) throws RejectedSampleException {
    JsonNode root;
    try {
      root = MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      String at = e.getLocation() == null ? "" : " at column " + e.getLocation().getColumnNr();
      throw malformed(where, "not valid JSON" + at + ": " + e.getOriginalMessage());
    } catch (IOException e) {
      throw malformed(where, "not valid JSON: " + e.getMessage());
    }
    if (!root.isObject()) {
      throw malformed(where, "expected a JSON object, found " + kind(root));
    }
    JsonNode idNode = root.path("id");
    String id = idNode.isTextual() || idNode.isNumber() ? idNode.asText() : where;
    if (root.hasNonNull("video")) {
      throw malformed(id, "field \"video\": only images are supported");
    }
    return new Sample(
        id, images(root.path("image"), id), turns(root.path("conversations"), id), source, rsa);
  }

  private List<String> images(JsonNode node, String id) throws RejectedSampleException {
    List<String> names = new ArrayList<>();
    if (node.isArray()) {
      for (JsonNode name : node) {
        names.add(text(name, "image", id));
      }
    } else if (!node.isMissingNode() && !node.isNull()) {
      names.add(text(node, "image", id));
    }
    if (names.contains("")) {
      throw malformed(id, "field \"image\" is empty");
    }
    return names;
  }

  private List<Turn> turns(JsonNode node, String id) throws RejectedSampleException {
    if (!node.isArray() || node.isEmpty()) {
      throw malformed(id, "field \"conversations\": expected a list of turns, found " + kind(node));
    }
    List<Turn> turns = new ArrayList<>();
    for (JsonNode turn : node) {
      String from = text(turn.path("from"), "from", id);
      try {
        turns.add(new Turn(Role.parse(from), text(turn.path("value"), "value", id)));
      } catch (UserException e) {
        throw malformed(id, "field \"from\" is \"" + from + "\", must be human or gpt");
      }
    }
    return turns;
  }

  private String text(JsonNode node, String field, String id) throws RejectedSampleException {
    if (!node.isTextual()) {
      throw malformed(id, "field \"" + field + "\": expected a text, found " + kind(node));
    }
    return node.textValue();
  }

  private RejectedSampleException malformed(String id, String detail) {
    return new RejectedSampleException(
        new Rejection(id, source, RejectionReason.MALFORMED, detail));
  }

  private static String kind(JsonNode node) {
    if (node.isMissingNode()) {
      return "nothing";
    }
    return node.isArray() && node.isEmpty() ? "an empty list" : node.getNodeType().toString();
  }
}
