package org.rsavlm.train.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;
import org.rsavlm.core.io.AtomicFiles;
import org.rsavlm.core.io.FileFaults;
import org.rsavlm.eval.alignment.LayerGrid;
import org.rsavlm.eval.result.ScoreJson;
import org.rsavlm.eval.result.SeedValues;
import org.rsavlm.eval.result.StageResult;
import org.rsavlm.train.measure.AnsweredQuestion;

/**
 * All that was measured after a stage, as a later session needs it: {@code evaluation.jsonl} has
 * the numbers alone.
 *
 * @param result measures and layer grid
 * @param questions with their answers; empty where none were asked
 * @param textScale with which the RSA loss was measured
 */
public record MeasuredStage(
    StageResult result, List<AnsweredQuestion> questions, double textScale) {

  private static final JsonMapper JSON = new JsonMapper();

  /** Copies the list. */
  public MeasuredStage {
    questions = List.copyOf(questions);
  }

  /** Writes the file, whole or not at all. */
  void write(Path file) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("stage", result.stage()).put("text_scale", textScale);
    ObjectNode measures = node.putObject("measures");
    result.measures().forEach((key, values) -> ScoreJson.put(measures, key, values.mean()));
    LayerGrid grid = result.grid();
    if (grid != null) {
      ObjectNode layers = node.putObject("layer_grid").put("metric", grid.metric());
      layers.put("higher_is_better", grid.higherIsBetter());
      ScoreJson.putScores(layers.putArray("scores"), grid);
    }
    ArrayNode asked = node.putArray("questions");
    for (AnsweredQuestion one : questions) {
      asked
          .addObject()
          .put("id", one.id())
          .put("picture", one.picture().toString())
          .put("question", one.question())
          .put("reference", one.reference())
          .put("answer", one.answer());
    }
    AtomicFiles.write(file, node.toPrettyString() + "\n");
  }

  /**
   * Reads the file.
   *
   * @return null if it is missing
   * @throws UserException if it is no such file
   */
  static @Nullable MeasuredStage read(Path file) {
    if (!Files.exists(file)) {
      return null;
    }
    try {
      return of(JSON.readTree(Files.readString(file)));
    } catch (JsonProcessingException e) {
      throw unreadable(file, e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw unreadable(file, FileFaults.describe(e), e);
    }
  }

  private static UserException unreadable(Path file, String what, Exception cause) {
    return new UserException(
        file.toString(), "can't be read: " + what, "train afresh with another --out", cause);
  }

  private static MeasuredStage of(JsonNode node) {
    Map<String, SeedValues> measures = new LinkedHashMap<>();
    node.path("measures")
        .properties()
        .forEach(
            entry ->
                measures.put(entry.getKey(), SeedValues.of(entry.getValue().asDouble(Double.NaN))));
    List<AnsweredQuestion> questions = new ArrayList<>();
    for (JsonNode one : node.path("questions")) {
      questions.add(
          new AnsweredQuestion(
              one.path("id").asText(),
              Path.of(one.path("picture").asText()),
              one.path("question").asText(),
              one.path("reference").asText(),
              one.path("answer").asText()));
    }
    return new MeasuredStage(
        new StageResult(node.path("stage").asText(), measures, grid(node.path("layer_grid"))),
        questions,
        node.path("text_scale").asDouble(1));
  }

  private static @Nullable LayerGrid grid(JsonNode node) {
    if (node.isMissingNode()) {
      return null;
    }
    return new LayerGrid(
        node.path("metric").asText(),
        ScoreJson.scores(node.path("scores")),
        node.path("higher_is_better").asBoolean(true));
  }
}
