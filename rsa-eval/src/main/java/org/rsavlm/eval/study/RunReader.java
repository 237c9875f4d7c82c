package org.rsavlm.eval.study;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;
import org.rsavlm.core.io.FileFaults;
import org.rsavlm.eval.alignment.GridSummary;
import org.rsavlm.eval.alignment.LayerGrid;
import org.rsavlm.eval.alignment.MetricName;
import org.rsavlm.eval.report.AlignmentPage;
import org.rsavlm.eval.report.CurveReader;
import org.rsavlm.eval.result.Measure;
import org.rsavlm.eval.result.ScoreJson;
import org.rsavlm.eval.result.SeedValues;

/**
 * Reads what was measured: a run's directory ({@code evaluation.jsonl}, {@code probe.jsonl}), a
 * quickstart's {@code report.json}, the JSON that {@code rsa align} answers with, or the {@code
 * results.json} of {@code rsa eval}.
 */
public final class RunReader {

  private static final JsonMapper JSON = new JsonMapper();
  private static final String RANDOM = "random";
  private static final String CURE =
      "give a run's directory, a report.json, or what rsa align --json or rsa eval wrote";
  private static final List<String> CURVES =
      List.of(Measure.MUTUAL_KNN.key(), Measure.MUTUAL_KNN_BEST.key(), Measure.LM_LOSS.key());

  private RunReader() {}

  /**
   * Reads a run.
   *
   * @param argument {@code KEY=PATH}, {@code KEY@STEP=PATH} for a checkpoint of a run, or {@code
   *     PATH} of a report.json, whose runs have keys of their own
   * @return one or more, as a report holds several
   * @throws UserException if the file can't be read or is none of those named above
   */
  public static List<RunMeasurements> read(String argument) {
    int equals = argument.indexOf('=');
    boolean plain = equals < 1 || Files.exists(Path.of(argument));
    Path path = Path.of(plain ? argument : argument.substring(equals + 1));
    String key = plain ? "" : argument.substring(0, equals);
    long step = -1;
    int at = key.lastIndexOf('@');
    if (at > 0) {
      try {
        step = Long.parseLong(key.substring(at + 1));
      } catch (NumberFormatException e) {
        throw new UserException("study", key + ": no step after @", "write KEY@STEP=PATH", e);
      }
      key = key.substring(0, at);
    }
    if (Files.isDirectory(path)) {
      if (Files.exists(path.resolve("report.json"))) {
        return report(path.resolve("report.json"), key);
      }
      if (Files.exists(path.resolve("evaluation.jsonl"))) {
        return List.of(run(path, named(key, path)));
      }
      throw new UserException(
          path.toString(), "holds neither report.json nor evaluation.jsonl", CURE);
    }
    JsonNode document = json(path);
    if (document.has("runs")) {
      return report(path, key);
    }
    if (document.has("benchmark")) {
      SeedValues score = SeedValues.of(document.path("score").asDouble(Double.NaN));
      RunMeasurements.Value value =
          new RunMeasurements.Value(
              document.get("benchmark").asText(), "", RunMeasurements.SCORE, score);
      return List.of(
          new RunMeasurements(named(key, path), step, List.of(value), List.of(), List.of()));
    }
    if (document.path("metrics").isObject()) {
      return alignment(document, named(key, path), step, path);
    }
    throw new UserException(path.toString(), "is no result that a study reads", CURE);
  }

  private static String named(String key, Path path) {
    if (key.isEmpty()) {
      throw new UserException(path.toString(), "has no key", "write KEY=" + path);
    }
    return key;
  }

  private static RunMeasurements run(Path directory, String key) {
    List<RunMeasurements.Value> values = new ArrayList<>();
    Path file = directory.resolve("evaluation.jsonl");
    for (String line : lines(file)) {
      JsonNode node = parse(file, line);
      for (Map.Entry<String, JsonNode> entry : node.properties()) {
        if (entry.getValue().isNumber()) {
          values.add(
              new RunMeasurements.Value(
                  RunMeasurements.HELD_OUT,
                  node.path("stage").asText(),
                  entry.getKey(),
                  SeedValues.of(entry.getValue().doubleValue())));
        }
      }
    }
    Path probe = directory.resolve("probe.jsonl");
    return new RunMeasurements(
        key,
        -1,
        values,
        Files.exists(probe) ? CurveReader.read(probe, 0, CURVES) : List.of(),
        List.of());
  }

  /** The runs of a report by their own keys, or the one of a key. */
  private static List<RunMeasurements> report(Path file, String key) {
    JsonNode runs = json(file).path("runs");
    List<RunMeasurements> found = new ArrayList<>();
    for (Map.Entry<String, JsonNode> run : runs.properties()) {
      if (key.isEmpty() || run.getKey().equals(key)) {
        found.add(arm(run.getKey(), run.getValue()));
      }
    }
    if (found.isEmpty()) {
      List<String> known = new ArrayList<>();
      runs.fieldNames().forEachRemaining(known::add);
      throw new UserException(
          file.toString(), "has no run '" + key + "'", "it has " + String.join(", ", known));
    }
    return found;
  }

  private static RunMeasurements arm(String key, JsonNode arm) {
    List<RunMeasurements.Value> values = new ArrayList<>();
    List<AlignmentPage.Entry> maps = new ArrayList<>();
    for (JsonNode stage : arm.path("stages")) {
      String name = stage.path("stage").asText();
      for (Map.Entry<String, JsonNode> entry : stage.properties()) {
        if (entry.getValue().isNumber()) {
          JsonNode seeds = stage.path("seeds").path(entry.getKey());
          double single = entry.getValue().doubleValue();
          values.add(
              new RunMeasurements.Value(
                  RunMeasurements.HELD_OUT,
                  name,
                  entry.getKey(),
                  seeds.isArray() ? values(seeds) : SeedValues.of(single)));
        }
      }
      JsonNode grid = stage.path("layer_grid");
      if (grid.path("scores").isArray()) {
        String label = arm.path("label").asText(key) + ", stage " + name;
        String metric = grid.path("metric").asText();
        GridSummary only = GridSummary.over(List.of(grid(metric, grid.get("scores"))));
        maps.add(new AlignmentPage.Entry(label, only, null));
      }
    }
    return new RunMeasurements(key, -1, values, List.of(), maps);
  }

  /** Of a grid the best and the last pair; of files without layers the only score as both. */
  private static List<RunMeasurements> alignment(
      JsonNode document, String key, long step, Path path) {
    String column = dataSet(document, path);
    List<RunMeasurements.Value> values = new ArrayList<>();
    List<AlignmentPage.Entry> maps = new ArrayList<>();
    @Nullable SeedValues random = null;
    JsonNode baseline = document.path("random_mutual_knn");
    if (baseline.path("seeds").isArray()) {
      random = values(baseline.get("seeds"));
    }
    for (Map.Entry<String, JsonNode> metric : document.get("metrics").properties()) {
      String name = metric.getKey();
      JsonNode grid = document.path("grids").path(name);
      SeedValues single = SeedValues.of(metric.getValue().asDouble(Double.NaN));
      values.add(
          new RunMeasurements.Value(column, "", name + "_best", pair(grid.path("best"), single)));
      values.add(new RunMeasurements.Value(column, "", name, pair(grid.path("last"), single)));
      if (grid.path("scores").isArray()) {
        boolean knn = name.equals(Measure.MUTUAL_KNN.key());
        maps.add(
            new AlignmentPage.Entry(key + ", " + column, summary(name, grid), knn ? random : null));
      }
    }
    List<RunMeasurements> found = new ArrayList<>();
    found.add(new RunMeasurements(key, step, values, List.of(), maps));
    if (random != null) {
      found.add(
          new RunMeasurements(
              RANDOM,
              step,
              List.of(
                  new RunMeasurements.Value(column, "", Measure.MUTUAL_KNN_BEST.key(), random),
                  new RunMeasurements.Value(column, "", Measure.MUTUAL_KNN.key(), random)),
              List.of(),
              List.of()));
    }
    return found;
  }

  /** By the columns' preset, else by the data file's name. */
  private static String dataSet(JsonNode document, Path path) {
    String columns = document.path("columns").asText();
    if (List.of("coco", "flickr30k", "wit").contains(columns)) {
      return columns;
    }
    Path data = Path.of(document.path("data").asText(path.toString())).getFileName();
    return String.valueOf(data).replaceFirst("\\.[a-z]+$", "");
  }

  private static SeedValues pair(JsonNode pair, SeedValues otherwise) {
    if (pair.path("seeds").isArray()) {
      return values(pair.get("seeds"));
    }
    return pair.path("score").isNumber()
        ? SeedValues.of(pair.get("score").doubleValue())
        : otherwise;
  }

  private static GridSummary summary(String metric, JsonNode grid) {
    GridSummary single = GridSummary.over(List.of(grid(metric, grid.get("scores"))));
    if (!grid.path("deviation").isArray()) {
      return single;
    }
    return new GridSummary(
        single.mean(),
        grid(metric, grid.get("deviation")),
        single.best(),
        grid.path("best").path("deviation").asDouble(0),
        single.lastLast(),
        grid.path("last").path("deviation").asDouble(0),
        grid.path("best").path("seeds").size());
  }

  private static LayerGrid grid(String metric, JsonNode rows) {
    boolean higher = !metric.equals(MetricName.RSA.text());
    return new LayerGrid(metric, ScoreJson.scores(rows), higher);
  }

  private static SeedValues values(JsonNode list) {
    return new SeedValues(ScoreJson.values(list));
  }

  private static JsonNode json(Path file) {
    return parse(file, String.join("\n", lines(file)));
  }

  private static JsonNode parse(Path file, String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new UserException(file.toString(), "is not JSON: " + e.getOriginalMessage(), CURE, e);
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UserException(file.toString(), "can't be read: " + FileFaults.describe(e), CURE, e);
    }
  }
}
