package org.rsavlm.train.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rsavlm.train.config.Recipe;
import org.rsavlm.train.monitor.BatchLog;
import org.rsavlm.train.monitor.TrainingListener;
import org.rsavlm.train.run.Resume;
import org.rsavlm.train.run.RunDirectory;
import org.rsavlm.train.run.TrainingRun;
import org.rsavlm.train.run.TrainingRun.FinishedStage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rsa train}: the stages of a recipe. */
@Command(
    name = "train",
    description = "Trains the stages of a recipe.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  rsa train --config configs/debug.yaml --out out/debug",
      "  rsa train --config configs/llava-onevision-1.5b-rsa.yaml --stage 1 --set seed=1",
      "  rsa train --config configs/debug.yaml --set stages[1].rsa.lambda=0.1 --out out/lambda"
    })
final class TrainCommand implements Runnable {

  @Mixin private CommandOutput output = new CommandOutput();
  @Mixin private RecipeOverrides overrides = new RecipeOverrides();

  @Option(names = "--config", paramLabel = "FILE", required = true, description = "the recipe")
  private Path config = Path.of("");

  @Option(
      names = "--stage",
      paramLabel = "NAME",
      description = "train this stage alone, from model.start (default: all)")
  private String stage = StageSelection.ALL;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "directory of the run (default: out/NAME of the recipe)")
  private @Nullable Path out;

  @Option(
      names = "--dump-batches",
      paramLabel = "FILE",
      description = "write the sample ids of every step to FILE, a JSON object a line")
  private @Nullable Path dumpedBatches;

  @Option(
      names = "--resume",
      paramLabel = "auto|never|PATH",
      description =
          "auto continues the run in --out from its newest checkpoint, if there is one; never"
              + " refuses a directory that holds a run; PATH is the checkpoint to continue from"
              + " (default: ${DEFAULT-VALUE})")
  private String resume = "auto";

  @Option(
      names = "--profile",
      description =
          "show where each stage's time and memory went, and write it to profile.json in --out")
  private boolean profile;

  @Override
  public void run() {
    Recipe recipe = StageSelection.select(overrides.load(config), stage);
    Path directory = out == null ? Path.of("out", recipe.name()) : out;
    try (StopSignal stop = StopSignal.listen();
        TrainingProgress progress = TrainingProgress.onStderr();
        BatchLog batches = dumpedBatches == null ? null : BatchLog.create(dumpedBatches)) {
      TrainingListener listener =
          batches == null ? progress : TrainingListener.both(progress, batches);
      RunDirectory files = new RunDirectory(directory);
      List<FinishedStage> stages =
          new TrainingRun(recipe, files, listener, stop::requested, Resume.parse(resume), Map.of())
              .profiled(profile)
              .run();
      if (!stages.stream().allMatch(finished -> finished.outcome().complete())) {
        stop.throwIfRequested(
            files
                .newestCheckpoint(recipe)
                .map(saved -> "saved in " + saved + "; the same command goes on from there")
                .orElse("before the first step, so nothing was saved"));
      }
      output.line("The model is in " + files.model() + ".");
      output.result(json(files, stages));
    }
  }

  private static ObjectNode json(RunDirectory files, List<FinishedStage> finished) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("directory", files.path().toString()).put("model", files.model().toString());
    ArrayNode stages = json.putArray("stages");
    for (FinishedStage stage : finished) {
      ObjectNode entry = stages.addObject();
      entry.put("stage", stage.recipe().name()).put("steps", stage.outcome().steps());
      stage.measures().forEach(entry::put);
    }
    return json;
  }
}
