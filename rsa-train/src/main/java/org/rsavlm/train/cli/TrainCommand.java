package org.rsavlm.train.cli;

import ai.djl.Device;
import ai.djl.engine.Engine;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;
import org.rsavlm.train.config.Recipe;
import org.rsavlm.train.distributed.Communicator;
import org.rsavlm.train.distributed.CommunicatorOptions;
import org.rsavlm.train.distributed.Communicators;
import org.rsavlm.train.distributed.RankIdentity;
import org.rsavlm.train.distributed.RankLauncher;
import org.rsavlm.train.monitor.BatchLog;
import org.rsavlm.train.monitor.TrainingListener;
import org.rsavlm.train.run.Resume;
import org.rsavlm.train.run.RunDirectory;
import org.rsavlm.train.run.TrainingDevice;
import org.rsavlm.train.run.TrainingRun;
import org.rsavlm.train.run.TrainingRun.FinishedStage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

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

  @Option(
      names = "--ranks",
      paramLabel = "N",
      description =
          "train on N processes of this machine, a GPU each, or on the CPU under mpirun; leave it"
              + " out under mpirun, srun and torchrun, which start the ranks themselves")
  private int ranks = 1;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    Recipe recipe = StageSelection.select(overrides.load(config), stage);
    if (ranks != 1) {
      launch(recipe);
      return;
    }
    RankIdentity identity = RankIdentity.fromEnvironment();
    if (identity.rank() > 0) {
      Logs.quiet();
    }
    try (StopSignal stop = StopSignal.listen()) {
      boolean finished = train(recipe, join(recipe, identity), stop);
      if (!finished) {
        stop.throwIfRequested(saved(recipe));
      }
    }
  }

  private Path directory(Recipe recipe) {
    return out == null ? Path.of("out", recipe.name()) : out;
  }

  private String saved(Recipe recipe) {
    return new RunDirectory(directory(recipe))
        .newestCheckpoint(recipe)
        .map(saved -> "saved in " + saved + "; the same command goes on from there")
        .orElse("before the first step, so nothing was saved");
  }

  private static Communicator join(Recipe recipe, RankIdentity identity) {
    if (identity.world() == 1) {
      return Communicator.single();
    }
    Device device = TrainingDevice.of(recipe.device(), identity);
    return Communicators.fromEnvironment(
        device.isGpu()
            ? CommunicatorOptions.cuda(device.getDeviceId())
            : CommunicatorOptions.cpu());
  }

  /** Returns whether all stages are complete. */
  private boolean train(Recipe recipe, Communicator communicator, StopSignal stop) {
    RunDirectory files = new RunDirectory(directory(recipe));
    List<FinishedStage> stages;
    try {
      stages = train(recipe, files, communicator, stop);
    } catch (RuntimeException | Error e) {
      if (communicator.world() > 1) {
        throw communicator.abort(e);
      }
      throw e;
    }
    communicator.finish();
    boolean complete = stages.stream().allMatch(finished -> finished.outcome().complete());
    if (complete && communicator.isRoot()) {
      output.line("The model is in " + files.model() + ".");
      output.result(json(files, stages));
    }
    return complete;
  }

  private List<FinishedStage> train(
      Recipe recipe, RunDirectory files, Communicator communicator, StopSignal stop) {
    boolean root = communicator.isRoot();
    try (TrainingProgress progress = root ? TrainingProgress.onStderr() : null;
        BatchLog batches = root && dumpedBatches != null ? BatchLog.create(dumpedBatches) : null) {
      TrainingListener listener = progress == null ? step -> {} : progress;
      if (batches != null) {
        listener = TrainingListener.both(listener, batches);
      }
      return new TrainingRun(
              recipe, files, listener, stop::requested, Resume.parse(resume), Map.of())
          .profiled(profile)
          .on(communicator)
          .run();
    }
  }

  private void launch(Recipe recipe) {
    boolean gpus = !recipe.device().equals("cpu") && Engine.getEngine("PyTorch").getGpuCount() > 0;
    List<String> arguments = spec.root().commandLine().getParseResult().originalArgs();
    Path home = Path.of(System.getProperty("rsa.home", "."));
    try {
      int status =
          RankLauncher.launch(
              ranks,
              gpus,
              RankLauncher.rankCommand(home, arguments),
              spec.commandLine().getErr()::println);
      if (status != 0) {
        throw new RanksFailedException(status);
      }
    } catch (IOException e) {
      throw new UserException(
          "--ranks", "the ranks can't be started: " + e.getMessage(), "see docs/scaling.md", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoppedException("interrupted", 130);
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
