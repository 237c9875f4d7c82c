package org.rsavlm.train.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;
import org.rsavlm.eval.report.ArmResult;
import org.rsavlm.eval.report.ReportFiles;
import org.rsavlm.eval.report.RunReport;
import org.rsavlm.eval.result.Measure;
import org.rsavlm.eval.result.SeedValues;
import org.rsavlm.train.compare.Comparison;
import org.rsavlm.train.compare.ComparisonResult;
import org.rsavlm.train.config.Recipe;
import org.rsavlm.train.demo.DemoFiles;
import org.rsavlm.train.demo.DemoTokenizer;
import org.rsavlm.train.demo.SceneDataset;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rsa quickstart}: both arms of a small experiment, and the report. */
@Command(
    name = "quickstart",
    description =
        "Trains a small model with and without RSA on drawn scenes, and reports the difference.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  rsa quickstart",
      "  rsa quickstart --seeds 3 --lambda 0.01 --lambda 0.1:matched --out out/three-seeds",
      "  rsa quickstart --config configs/emoji.yaml --data out/emoji/emoji --out out/emoji"
    })
final class QuickstartCommand implements Runnable {

  /** Directory of the checkout, from {@code scripts/rsa}. */
  private static final String HOME = "rsa.home";

  @Mixin private CommandOutput output = new CommandOutput();
  @Mixin private RecipeOverrides overrides = new RecipeOverrides();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "the recipe (default: configs/quickstart.yaml)")
  private @Nullable Path config;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "a data set of rsa data (default: scenes, drawn into OUT/data)")
  private @Nullable Path data;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "directory of everything written (default: out/NAME of the recipe)")
  private @Nullable Path out;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "repeat both arms with so many seeds (default: ${DEFAULT-VALUE})")
  private int seeds = 1;

  @Option(
      names = "--lambda",
      paramLabel = "VALUE[:matched]",
      description =
          "try another weight of the RSA loss as well, with or without scale matching; may be given"
              + " several times")
  private List<String> lambdas = new ArrayList<>();

  @Option(
      names = "--afresh",
      description =
          "train all again (default: go on with what an earlier start of the same recipe has"
              + " trained in OUT)")
  private boolean afresh;

  @Override
  public void run() {
    long start = System.nanoTime();
    Path home = Path.of(System.getProperty(HOME, "."));
    Path file = config == null ? home.resolve("configs").resolve("quickstart.yaml") : config;
    Recipe loaded = overrides.load(file);
    Comparison.Options options =
        new Comparison.Options(seeds, lambdas.stream().map(QuickstartCommand::weight).toList());
    Path directory = out == null ? Path.of("out", loaded.name()) : out;
    DemoFiles files =
        data == null
            ? SceneDataset.write(directory.resolve("data"), SceneDataset.Parameters.defaults())
            : new DemoFiles(data);
    Path tokenizer = DemoTokenizer.write(files);
    Recipe recipe =
        loaded.withDataDir(files.directory()).withModel(loaded.model().withTokenizer(tokenizer));
    try (StopSignal stop = StopSignal.listen();
        TrainingProgress progress = TrainingProgress.onStderr()) {
      Comparison comparison = new Comparison(recipe, directory, options, progress, stop::requested);
      if (afresh) {
        comparison.clear();
      }
      ComparisonResult result = comparison.run();
      if (!result.complete()) {
        stop.throwIfRequested(
            "what was trained so far is in " + directory + "; the same command goes on from there");
      }
      RunReport report = result.report((System.nanoTime() - start) / 1e9);
      ReportFiles.write(report, directory);
      table(report);
      output.line("");
      output.line("Report: " + directory.resolve("report.html"));
      output.result(json(report, directory));
    }
  }

  private static Comparison.Weight weight(String text) {
    boolean matched = text.endsWith(":matched");
    String number = matched ? text.substring(0, text.length() - ":matched".length()) : text;
    try {
      double lambda = Double.parseDouble(number);
      if (lambda >= 0 && !Double.isInfinite(lambda)) {
        return new Comparison.Weight(lambda, matched);
      }
    } catch (NumberFormatException e) {
      // the same answer as for a negative number
    }
    throw new UserException(
        "--lambda",
        "'" + text + "' is no weight",
        "give a number from 0, such as 0.1 or 0.1:matched");
  }

  /** The comparison as lines: a stage and measure each, both arms and their difference. */
  private void table(RunReport report) {
    ArmResult rsa = report.arms().get(0);
    ArmResult baseline = report.arms().get(1);
    output.line(
        String.format(
            "%-7s %-34s %18s %18s %18s", "stage", "measure", "RSA", "baseline", "difference"));
    for (int i = 0; i < rsa.stages().size(); i++) {
      String stage = rsa.stages().get(i).stage();
      Map<String, SeedValues> other = baseline.stages().get(i).measures();
      rsa.stages()
          .get(i)
          .measures()
          .forEach(
              (key, value) -> {
                SeedValues base = other.get(key);
                if (base != null) {
                  int decimals = Measure.decimalsOf(key);
                  output.line(
                      String.format(
                          "%-7s %-34s %18s %18s %18s",
                          stage,
                          Measure.labelOf(key),
                          number(value, decimals, false),
                          number(base, decimals, false),
                          number(value.minus(base), decimals, true)));
                }
              });
    }
  }

  private static String number(SeedValues values, int decimals, boolean signed) {
    String form = "%" + (signed ? "+" : "") + "." + decimals + "f";
    String mean = String.format(Locale.ROOT, form, values.mean());
    return values.size() == 1
        ? mean
        : mean + String.format(Locale.ROOT, " ± %." + decimals + "f", values.deviation());
  }

  private static ObjectNode json(RunReport report, Path directory) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("report", directory.resolve("report.html").toString());
    json.put("json", directory.resolve("report.json").toString());
    json.put("wall_seconds", report.wallSeconds());
    return json;
  }
}
