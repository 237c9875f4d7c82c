package org.rsavlm.eval.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.rsavlm.eval.alignment.LayerGrid;
import org.rsavlm.eval.result.ScoreJson;
import org.rsavlm.eval.result.SeedValues;
import org.rsavlm.eval.result.StageResult;

/**
 * The numbers of a report as JSON: {@code runs.KEY.stages[i]} holds {@code stage} and one number
 * per measure, the mean over seeds; where there are several seeds, {@code seeds} and {@code
 * deviation} beside it hold their values and sample standard deviation by measure.
 */
final class ReportJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private ReportJson() {}

  static String of(RunReport report) {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("title", report.title());
    ObjectNode runs = root.putObject("runs");
    for (ArmResult arm : report.arms()) {
      ObjectNode run = runs.putObject(arm.key());
      run.put("label", arm.label());
      ArrayNode stages = run.putArray("stages");
      for (StageResult stage : arm.stages()) {
        ObjectNode node = stages.addObject();
        node.put("stage", stage.stage());
        putMeasures(node, stage.measures());
        if (stage.grid() != null) {
          putGrid(node.putObject("layer_grid"), stage.grid());
        }
      }
    }
    if (!report.tradeOffs().isEmpty()) {
      ArrayNode sweep = root.putArray("trade_off");
      for (TradeOff setting : report.tradeOffs()) {
        ObjectNode node = sweep.addObject();
        node.put("label", setting.label());
        node.put("lambda", setting.lambda());
        putMeasures(node, setting.measures());
      }
    }
    putExamples(root, report);
    root.put("wall_seconds", report.wallSeconds());
    ArrayNode notes = root.putArray("notes");
    report.notes().forEach(notes::add);
    ObjectNode provenance = root.putObject("provenance");
    report.provenance().forEach(provenance::put);
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain values can always be written", e);
    }
  }

  private static void putMeasures(ObjectNode node, Map<String, SeedValues> measures) {
    measures.forEach((key, values) -> ScoreJson.put(node, key, values.mean()));
    if (measures.values().stream().anyMatch(values -> values.size() > 1)) {
      ObjectNode deviation = node.putObject("deviation");
      measures.forEach((key, values) -> ScoreJson.put(deviation, key, values.deviation()));
      ObjectNode seeds = node.putObject("seeds");
      measures.forEach(
          (key, values) -> {
            ArrayNode list = seeds.putArray(key);
            values.values().forEach(value -> ScoreJson.add(list, value));
          });
    }
  }

  private static void putGrid(ObjectNode node, LayerGrid grid) {
    node.put("metric", grid.metric());
    ScoreJson.put(node.putObject("best"), grid.best());
    ScoreJson.putScores(node.putArray("scores"), grid);
  }

  private static void putExamples(ObjectNode root, RunReport report) {
    if (report.examples().isEmpty()) {
      return;
    }
    ArrayNode examples = root.putArray("examples");
    for (Example example : report.examples()) {
      ObjectNode node = examples.addObject();
      node.put("prompt", example.prompt());
      node.put("reference", example.reference());
      ObjectNode answers = node.putObject("answers");
      example.answers().forEach(answers::put);
    }
  }
}
