package org.rsavlm.train.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;

/**
 * Where a run stands: {@code state.json} of a checkpoint.
 *
 * @param at the stage that is under way or has just ended
 * @param finished the stages before it, measured
 * @param configSha256 fingerprint of the recipe
 * @param dataSha256 fingerprint of the data files: positions mean nothing in others
 */
public record RunState(
    StageState at, List<FinishedState> finished, String configSha256, String dataSha256) {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  /** Copies the list. */
  public RunState {
    finished = List.copyOf(finished);
  }

  /** The content of {@code state.json}; {@link #parse} reads it back equal. */
  String toJson() {
    try {
      return JSON.writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a state can always be written", e);
    }
  }

  static RunState parse(String json) throws JsonProcessingException {
    return JSON.readValue(json, RunState.class);
  }
}
