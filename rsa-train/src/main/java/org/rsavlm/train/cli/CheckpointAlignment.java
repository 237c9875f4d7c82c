package org.rsavlm.train.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;
import org.rsavlm.eval.alignment.AlignmentMeasurement;
import org.rsavlm.eval.alignment.GridSummary;
import org.rsavlm.eval.alignment.LayerGrid;
import org.rsavlm.eval.alignment.MetricName;
import org.rsavlm.eval.alignment.MutualKnn;
import org.rsavlm.eval.alignment.Similarity;
import org.rsavlm.eval.probe.DrawnPairs;
import org.rsavlm.eval.probe.PairGatherer;
import org.rsavlm.eval.probe.PairSource;
import org.rsavlm.eval.report.AlignmentPage;
import org.rsavlm.eval.result.ScoreJson;
import org.rsavlm.eval.result.SeedValues;
import org.rsavlm.train.monitor.BuildInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code rsa align --model}: a checkpoint's layers on drawn image-caption pairs. */
final class CheckpointAlignment {

  private static final Logger LOG = LoggerFactory.getLogger(CheckpointAlignment.class);

  private final CommandOutput output;
  private final MetricArguments metrics;
  private final PairOptions pairs;

  CheckpointAlignment(CommandOutput output, MetricArguments metrics, PairOptions pairs) {
    this.output = output;
    this.metrics = metrics;
    this.pairs = pairs;
  }

  void run(Path model, DtypeOption dtype, int seeds, @Nullable Path report) {
    AlignmentMeasurement measurement = metrics.measurement(/* normalizes= */ true);
    if (pairs.samples() < measurement.leastSamples()) {
      throw new UserException(
          "--samples",
          pairs.samples() + " pairs, but these metrics need " + measurement.leastSamples(),
          "draw more pairs, or give a smaller --k or --cca-dim");
    }
    PairGatherer.Options draws = pairs.draws(seeds);
    PairSource source = pairs.source();
    DrawnPairs drawn = CheckpointFeatures.gather(model, dtype, source, draws);
    if (drawn.rows() - drawn.rejected() == draws.samples() && seeds > 1) {
      LOG.warn("every draw takes all {} pairs of the set, so that they don't differ", drawn.rows());
    }
    Map<MetricName, List<LayerGrid>> grids = drawn.measure(measurement);
    SeedValues random = random(drawn, draws);
    show(grids, random);
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    ObjectNode scores = document.putObject("metrics");
    document.put("model", model.toString()).put("data", String.valueOf(pairs.path()));
    document.put("columns", source.columns().name());
    document.put("captions", source.captions().name().toLowerCase(Locale.ROOT));
    document.put("samples", draws.samples());
    draws.seeds().forEach(document.putArray("seeds")::add);
    document.put("rows", drawn.rows()).put("rejected", drawn.rejected());
    metrics.describe(document, measurement);
    ObjectNode baseline = document.putObject("random_mutual_knn");
    baseline.put("mean", random.mean()).put("deviation", random.deviation());
    random.values().forEach(baseline.putArray("seeds")::add);
    ObjectNode all = document.putObject("grids");
    for (MetricName metric : metrics.names()) {
      List<LayerGrid> bySeed = Objects.requireNonNull(grids.get(metric));
      GridSummary summary = GridSummary.over(bySeed);
      ScoreJson.put(scores, metric.text(), summary.best().score());
      put(all.putObject(metric.text()), bySeed, summary);
    }
    if (report != null) {
      page(model, source, draws, drawn, grids, random).writeTo(report);
    }
    output.result(document);
  }

  /** The paper's random baseline at the same number of pairs, once a draw. */
  private SeedValues random(DrawnPairs drawn, PairGatherer.Options draws) {
    int dimension = drawn.vision().layer(0).cols();
    int k = Math.min(metrics.k(), draws.samples() - 1);
    MutualKnn knn = new MutualKnn(k, Similarity.COSINE);
    return SeedValues.of(
        draws.seeds().stream()
            .mapToDouble(seed -> knn.randomBaseline(draws.samples(), dimension, seed))
            .toArray());
  }

  private static void put(ObjectNode node, List<LayerGrid> bySeed, GridSummary summary) {
    put(node.putObject("best"), bySeed, summary.best(), summary.bestDeviation());
    put(node.putObject("last"), bySeed, summary.lastLast(), summary.lastLastDeviation());
    ScoreJson.putScores(node.putArray("scores"), summary.mean());
    ScoreJson.putScores(node.putArray("deviation"), summary.deviation());
  }

  private static void put(
      ObjectNode node, List<LayerGrid> bySeed, LayerGrid.Cell cell, double deviation) {
    ScoreJson.put(node, cell);
    ScoreJson.put(node, "deviation", deviation);
    ArrayNode values = node.putArray("seeds");
    bySeed.forEach(grid -> ScoreJson.add(values, grid.score(cell.visionLayer(), cell.textLayer())));
  }

  private void show(Map<MetricName, List<LayerGrid>> grids, SeedValues random) {
    for (MetricName metric : metrics.names()) {
      GridSummary summary = GridSummary.over(Objects.requireNonNull(grids.get(metric)));
      output.line(
          "%-18s %.6f ± %.6f  best of all pairs, vision layer %d with text layer %d; last layers %.6f ± %.6f"
              .formatted(
                  metric.text(),
                  summary.best().score(),
                  summary.bestDeviation(),
                  summary.best().visionLayer(),
                  summary.best().textLayer(),
                  summary.lastLast().score(),
                  summary.lastLastDeviation()));
    }
    output.line(
        "%-18s %.6f ± %.6f  mutual_knn of unrelated features"
            .formatted("random", random.mean(), random.deviation()));
  }

  private AlignmentPage page(
      Path model,
      PairSource source,
      PairGatherer.Options draws,
      DrawnPairs drawn,
      Map<MetricName, List<LayerGrid>> grids,
      SeedValues random) {
    List<AlignmentPage.Entry> entries = new ArrayList<>();
    for (MetricName metric : metrics.names()) {
      GridSummary summary = GridSummary.over(Objects.requireNonNull(grids.get(metric)));
      boolean knn = metric == MetricName.MUTUAL_KNN;
      entries.add(
          new AlignmentPage.Entry(CheckpointFeatures.name(model), summary, knn ? random : null));
    }
    Map<String, String> provenance = new LinkedHashMap<>();
    provenance.put("Model", model.toString());
    provenance.put("Data", pairs.path() + ", columns " + source.columns().name());
    provenance.put("Seeds", draws.seeds().toString());
    BuildInfo build = BuildInfo.current();
    provenance.put("Code", build.version() + ", commit " + build.commit());
    String lead =
        "%d pairs a draw, %d draws from %d rows, %d rejected; k = %d"
            .formatted(
                draws.samples(), draws.seeds().size(), drawn.rows(), drawn.rejected(), metrics.k());
    return new AlignmentPage(
        "Alignment of " + CheckpointFeatures.name(model), lead, entries, List.of(), provenance);
  }
}
