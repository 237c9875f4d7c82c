package org.rsavlm.train.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;
import org.rsavlm.eval.alignment.AlignmentMeasurement;
import org.rsavlm.eval.alignment.LayerGrid;
import org.rsavlm.eval.alignment.MetricName;
import org.rsavlm.eval.features.FeatureFile;
import org.rsavlm.eval.result.ScoreJson;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code rsa align}: how well two sets of features, or a checkpoint's two sides, agree. */
@Command(
    name = "align",
    description = {
      "Measures how well the geometries of two models' features of the same samples agree: of two"
          + " feature files, or of a checkpoint's vision tower and language model on image-caption"
          + " pairs.",
      "",
      "Files are .safetensors, .npy or .npz with [N, d], or [layers, N, d] for all pairs of layers;"
          + " row i of both is the same sample.",
      "Metrics: mutual_knn, cycle_knn, lcs_knn, edit_distance_knn, cka, cka_rbf, unbiased_cka,"
          + " cknna, svcca, and rsa (the RSA loss; lower is better)."
    },
    mixinStandardHelpOptions = true,
    subcommands = AlignExtractCommand.class,
    footerHeading = "%nExamples:%n",
    footer = {
      "  rsa align --vision vision.npy --text text.npy --normalize",
      "  rsa align --vision f.safetensors#vision --text f.safetensors#text \\",
      "            --metrics mutual_knn,cka,rsa --k 10 --normalize --outlier-quantile 0.95 --json",
      "  rsa align --model out/run/model --data coco.parquet --report coco.html"
    })
final class AlignCommand implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private CommandOutput output = new CommandOutput();
  @Mixin private MetricArguments metrics = new MetricArguments();
  @Mixin private DtypeOption dtype = new DtypeOption();
  @Mixin private PairOptions pairs = new PairOptions();

  @Option(names = "--vision", paramLabel = "FILE[#NAME]", description = "vision features")
  private @Nullable String vision;

  @Option(names = "--text", paramLabel = "FILE[#NAME]", description = "text features")
  private @Nullable String text;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "checkpoint in Hugging Face layout (llava_onevision), instead of files")
  private @Nullable Path model;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "draws of pairs; mean and deviation are over them (${DEFAULT-VALUE})")
  private int seeds = 3;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "with --model: writes the layer maps as a page")
  private @Nullable Path report;

  @Override
  public void run() {
    if (model != null && vision == null && text == null) {
      new CheckpointAlignment(output, metrics, pairs).run(model, dtype, seeds, report);
    } else if (model == null && vision != null && text != null && pairs.path() == null) {
      if (report != null) {
        throw new ParameterException(spec.commandLine(), "--report needs --model");
      }
      files(vision, text);
    } else {
      throw new ParameterException(
          spec.commandLine(), "give either --vision and --text, or --model and --data");
    }
  }

  private void files(String visionLocation, String textLocation) {
    AlignmentMeasurement measurement = metrics.measurement(/* normalizes= */ false);
    try (FeatureFile visionFile = FeatureFile.open(visionLocation);
        FeatureFile textFile = FeatureFile.open(textLocation)) {
      check(visionFile, textFile, measurement.leastSamples());
      report(visionFile, textFile, measurement, measurement.measure(visionFile, textFile));
    }
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
      FeatureFile visionFile,
      FeatureFile textFile,
      AlignmentMeasurement measurement,
      Map<MetricName, LayerGrid> grids) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    ObjectNode scores = document.putObject("metrics");
    document.put("samples", visionFile.samples());
    metrics.describe(document, measurement);
    describe(document.putObject("vision"), visionFile);
    describe(document.putObject("text"), textFile);
    // What rsa align extract has noted: by it rsa study finds the data set's column.
    for (String key : List.of("data", "columns")) {
      String value = visionFile.metadata().get(key);
      if (value != null && value.equals(textFile.metadata().get(key))) {
        document.put(key, value);
      }
    }
    boolean layered = visionFile.layered() || textFile.layered();
    ObjectNode all = layered ? document.putObject("grids") : null;
    for (MetricName metric : metrics.names()) {
      LayerGrid grid = Objects.requireNonNull(grids.get(metric));
      LayerGrid.Cell best = grid.best();
      ScoreJson.put(scores, metric.text(), best.score());
      String line = "%-18s %.6f".formatted(metric.text(), best.score());
      if (all != null) {
        ObjectNode node = all.putObject(metric.text());
        ScoreJson.put(node.putObject("best"), best);
        ScoreJson.put(node.putObject("last"), grid.lastLast());
        ScoreJson.putScores(node.putArray("scores"), grid);
        line +=
            "  best of all pairs, vision layer %d with text layer %d; last layers %.6f"
                .formatted(best.visionLayer(), best.textLayer(), grid.lastLast().score());
      }
      output.line(line);
    }
    output.result(document);
  }

  private static void describe(ObjectNode node, FeatureFile file) {
    node.put("file", file.location()).put("layers", file.layers());
    node.put("dimension", file.dimension());
  }
}
