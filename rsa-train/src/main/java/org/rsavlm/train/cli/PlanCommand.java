package org.rsavlm.train.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rsavlm.train.config.Recipe;
import org.rsavlm.train.monitor.BuildInfo;
import org.rsavlm.train.plan.Plan;
import org.rsavlm.train.plan.Planner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rsa plan}: what a recipe takes on a cluster. */
@Command(
    name = "plan",
    description = {
      "Computes what a recipe takes on a cluster, before anything runs: memory of a GPU by item, the"
          + " largest micro-batch that fits, communication, operations, step time, MFU and days.",
      "",
      "In the table: GB a GPU at the recipe's micro-batch (micro), the largest micro-batch that"
          + " fits, GB that a GPU sends in a step, PFLOP of a step, and weak scaling (samples a second"
          + " and GPU against the first line, where every GPU has the last line's samples)."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  rsa plan --config configs/llava-onevision-7b-rsa.yaml --model-config llava-onevision-7b \\",
      "           --cluster a100-80 --gpus 8,64,224 --report plan.html",
      "  rsa plan --config my.yaml --stage 1.5 --gpus 16 --cluster h100 --network 50 --json",
      "  rsa plan --config my.yaml --gpus 8 --samples 1=558000,1.5=4000000 --efficiency 0.35"
    })
final class PlanCommand implements Runnable {

  @Mixin private CommandOutput output = new CommandOutput();
  @Mixin private RecipeOverrides overrides = new RecipeOverrides();
  @Mixin private ClusterOptions cluster = new ClusterOptions();
  @Mixin private PlanOptions options = new PlanOptions();

  @Option(names = "--config", paramLabel = "FILE", required = true, description = "the recipe")
  private Path config = Path.of("");

  @Option(names = "--stage", paramLabel = "NAME", description = "this stage alone (default: all)")
  private String stage = StageSelection.ALL;

  @Option(
      names = "--gpus",
      paramLabel = "N",
      split = ",",
      description = "numbers of GPUs, with commas (8,64,224)")
  private List<Integer> gpus = List.of(8, 64, 224);

  @Option(
      names = "--model-config",
      paramLabel = "DIR|PRESET",
      description =
          "the model's shape, where model.start isn't there: a model directory, or"
              + " llava-onevision-0.5b, -1.5b or -7b")
  private @Nullable String shape;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "write a page with curves over GPUs to FILE")
  private @Nullable Path report;

  @Override
  public void run() {
    Recipe recipe = StageSelection.select(overrides.load(config), stage);
    Plan plan =
        new Planner(cluster.cluster(), gpus, options.assumptions(), options.samples())
            .plan(recipe, shape);
    plan.lines().forEach(output::line);
    if (report != null) {
      Map<String, String> provenance = new LinkedHashMap<>();
      provenance.put("Recipe", config.toString());
      BuildInfo build = BuildInfo.current();
      provenance.put("Code", build.version() + ", commit " + build.commit());
      plan.writePage(report, provenance);
      output.line("Page: " + report);
    }
    output.result(plan.json());
  }
}
