package org.rsavlm.train.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.rsavlm.core.UserException;
import org.rsavlm.eval.alignment.AlignmentMeasurement;
import org.rsavlm.eval.alignment.FeaturePreparation;
import org.rsavlm.eval.alignment.LayerGrid;
import org.rsavlm.eval.alignment.MetricName;
import org.rsavlm.eval.alignment.MetricOptions;
import org.rsavlm.eval.alignment.Similarity;
import org.rsavlm.eval.features.FeatureFile;
import org.rsavlm.train.config.Nearest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rsa align}: how well two models' features of the same samples agree. */
@Command(
    name = "align",
    description = {
      "Measures how well the geometries of two models' features of the same samples agree.",
      "",
      "Files are .safetensors, .npy or .npz with [N, d], or [layers, N, d] for all pairs of layers;"
          + " row i of both is the same sample.",
      "Metrics: mutual_knn, cycle_knn, lcs_knn, edit_distance_knn, cka, cka_rbf, unbiased_cka,"
          + " cknna, svcca, and rsa (the RSA loss; lower is better)."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  rsa align --vision vision.npy --text text.npy --normalize",
      "  rsa align --vision f.safetensors#vision --text f.safetensors#text \\",
      "            --metrics mutual_knn,cka,rsa --k 10 --normalize --outlier-quantile 0.95 --json"
    })
final class AlignCommand implements Runnable {

  private static final MetricOptions DEFAULTS = MetricOptions.defaults();

  @Mixin private Answer answer = new Answer();

  @Option(
      names = "--vision",
      paramLabel = "FILE[#NAME]",
      required = true,
      description = "vision features")
  private String vision = "";

  @Option(
      names = "--text",
      paramLabel = "FILE[#NAME]",
      required = true,
      description = "text features")
  private String text = "";

  @Option(
      names = "--metrics",
      paramLabel = "NAME",
      split = ",",
      description = "one or more metrics, with commas (mutual_knn)")
  private List<String> metrics = List.of(MetricName.MUTUAL_KNN.text());

  @Option(names = "--k", paramLabel = "N", description = "neighbours per sample (${DEFAULT-VALUE})")
  private int k = DEFAULTS.k();

  @Option(
      names = "--normalize",
      description = "divide rows by their L2 norm first, as the paper's mutual-kNN does")
  private boolean normalize;

  @Option(
      names = "--outlier-quantile",
      paramLabel = "Q",
      description =
          "clamp each layer's values at this quantile of their size first; platonic-rep takes 0.95"
              + " (${DEFAULT-VALUE}: off)")
  private double outlierQuantile = 1;

  @Option(
      names = "--similarity",
      paramLabel = "KIND",
      description =
          "what makes neighbours without --normalize: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE})")
  private Similarity similarity = Similarity.INNER_PRODUCT;

  @Option(
      names = "--rbf-sigma",
      paramLabel = "S",
      description = "width of cka_rbf's kernel (${DEFAULT-VALUE})")
  private double rbfSigma = DEFAULTS.rbfSigma();

  @Option(
      names = "--cca-dim",
      paramLabel = "N",
      description = "singular directions of svcca (${DEFAULT-VALUE})")
  private int ccaDimension = DEFAULTS.ccaDimension();

  @Override
  public void run() {
    AlignmentMeasurement measurement = measurement();
    try (FeatureFile visionFile = FeatureFile.open(vision);
        FeatureFile textFile = FeatureFile.open(text)) {
      check(visionFile, textFile, measurement.leastSamples());
      report(visionFile, textFile, measurement.measure(visionFile, textFile));
    }
  }

  private AlignmentMeasurement measurement() {
    List<MetricName> names = new ArrayList<>();
    for (String name : metrics) {
      names.add(MetricName.of(name.strip()).orElseThrow(() -> unknown(name.strip())));
    }
    try {
      return new AlignmentMeasurement(
          names,
          new MetricOptions(k, similarity, rbfSigma, ccaDimension),
          new FeaturePreparation(normalize, outlierQuantile));
    } catch (IllegalArgumentException e) {
      throw new UserException(
          "rsa align", String.valueOf(e.getMessage()), "see rsa align --help", e);
    }
  }

  private static UserException unknown(String name) {
    String cure =
        Nearest.to(name, MetricName.texts())
            .map(nearest -> "did you mean '" + nearest + "'?")
            .orElse("one or more of " + String.join(", ", MetricName.texts()));
    return new UserException("--metrics", "unknown metric '" + name + "'", cure);
  }

  private static void check(FeatureFile vision, FeatureFile text, int least) {
    if (vision.samples() != text.samples()) {
      boolean swapped =
          vision.layers() == text.samples()
              || text.layers() == vision.samples()
              || (vision.layered() && vision.layers() == text.layers());
      throw new UserException(
          text.location(),
          text.samples() + " samples, but " + vision.samples() + " in " + vision.location(),
          swapped
              ? "several layers are [layers, N, d]: transpose files of [N, layers, d]"
              : "row i of both must be the same sample");
    }
    if (text.samples() < least) {
      throw new UserException(
          text.location(),
          text.samples() + " samples, but these metrics need at least " + least,
          "give more samples or a smaller --k or --cca-dim");
    }
  }

  private void report(
      FeatureFile visionFile, FeatureFile textFile, Map<MetricName, LayerGrid> grids) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    ObjectNode scores = document.putObject("metrics");
    document.put("samples", visionFile.samples()).put("k", k).put("normalize", normalize);
    Similarity used = normalize ? Similarity.COSINE : similarity;
    document.put("similarity", used.name().toLowerCase(Locale.ROOT));
    document.put("outlier_quantile", outlierQuantile);
    describe(document.putObject("vision"), visionFile);
    describe(document.putObject("text"), textFile);
    boolean layered = visionFile.layered() || textFile.layered();
    ObjectNode all = layered ? document.putObject("grids") : null;
    for (String name : metrics) {
      MetricName metric = MetricName.of(name.strip()).orElseThrow();
      LayerGrid grid = grids.get(metric);
      if (grid == null || scores.has(metric.text())) {
        continue; // named twice
      }
      LayerGrid.Cell best = grid.best();
      put(scores, metric.text(), best.score());
      String line = "%-18s %.6f".formatted(metric.text(), best.score());
      if (all != null) {
        ObjectNode node = all.putObject(metric.text());
        put(node.putObject("best"), best);
        put(node.putObject("last"), grid.lastLast());
        putScores(node.putArray("scores"), grid);
        line +=
            "  best of all pairs, vision layer %d with text layer %d; last layers %.6f"
                .formatted(best.visionLayer(), best.textLayer(), grid.lastLast().score());
      }
      answer.line(line);
    }
    answer.result(document);
  }

  private static void describe(ObjectNode node, FeatureFile file) {
    node.put("file", file.location()).put("layers", file.layers());
    node.put("dimension", file.dimension());
  }

  private static void put(ObjectNode node, LayerGrid.Cell cell) {
    node.put("vision_layer", cell.visionLayer()).put("text_layer", cell.textLayer());
    put(node, "score", cell.score());
  }

  private static void putScores(ArrayNode rows, LayerGrid grid) {
    for (List<Double> row : grid.scores()) {
      ArrayNode out = rows.addArray();
      for (double score : row) {
        if (Double.isFinite(score)) {
          out.add(score);
        } else {
          out.addNull();
        }
      }
    }
  }

  /** JSON has no NaN: an undefined score is null. */
  private static void put(ObjectNode node, String key, double score) {
    if (Double.isFinite(score)) {
      node.put(key, score);
    } else {
      node.putNull(key);
    }
  }
}
