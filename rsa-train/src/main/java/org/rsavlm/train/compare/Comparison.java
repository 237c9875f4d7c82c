package org.rsavlm.train.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.rsavlm.core.UserException;
import org.rsavlm.core.io.AtomicFiles;
import org.rsavlm.core.io.FileFaults;
import org.rsavlm.train.config.ModelRecipe;
import org.rsavlm.train.config.Recipe;
import org.rsavlm.train.config.StageRecipe;
import org.rsavlm.train.monitor.TrainingListener;
import org.rsavlm.train.run.Resume;
import org.rsavlm.train.run.RunDirectory;
import org.rsavlm.train.run.TrainingRun;
import org.rsavlm.train.run.TrainingRun.FinishedStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains a recipe with and without RSA and reports the difference.
 *
 * <p>The stages before the first with RSA are trained once a seed and are common to all arms; then
 * every arm starts from the same weights and sees the same data in the same order. Everything runs
 * through {@link TrainingRun}, as {@code rsa train} does. A comparison that was stopped or killed
 * goes on in the same directory: what is finished is not trained again.
 */
public final class Comparison {

  private static final Logger LOG = LoggerFactory.getLogger(Comparison.class);

  private final Recipe recipe;
  private final Path directory;
  private final Options options;
  private final TrainingListener progress;
  private final BooleanSupplier stop;

  /**
   * What is compared beside the two arms.
   *
   * @param seeds how many, counted up from the recipe's
   * @param weights of RSA to try as well, at the first seed, up to the last stage with RSA
   */
  public record Options(int seeds, List<Weight> weights) {

    /** Checks the number of seeds. */
    public Options {
      weights = List.copyOf(weights);
      if (seeds < 1) {
        throw new UserException("--seeds", "is " + seeds, "it must be at least 1");
      }
    }
  }

  /**
   * A weight of the RSA loss to try.
   *
   * @param lambda of Eq. 6
   * @param matched whether text distances are brought to the scale of the vision distances
   */
  public record Weight(double lambda, boolean matched) {}

  /**
   * Prepares a comparison.
   *
   * @param recipe with RSA in at least one stage
   * @param directory gets a directory a seed and the report; an earlier comparison of the same
   *     recipe goes on there
   * @param options seeds and weights
   * @param progress follows the steps
   * @param stop is asked after each step whether to end early
   * @throws UserException if the recipe has no stage with RSA, or nothing to measure with
   */
  public Comparison(
      Recipe recipe,
      Path directory,
      Options options,
      TrainingListener progress,
      BooleanSupplier stop) {
    this.recipe = recipe;
    this.directory = directory;
    this.options = options;
    this.progress = progress;
    this.stop = stop;
    if (recipe.stages().stream().noneMatch(stage -> stage.rsa().enabled())) {
      throw new UserException(
          recipe.name(), "has no stage with RSA to compare", "enable rsa in a stage");
    }
    if (recipe.evaluation() == null) {
      throw new UserException(
          recipe.name(), "has no evaluation, so nothing would be compared", "add evaluation");
    }
  }

  /**
   * Trains and measures all arms.
   *
   * @return the results; complete unless asked to stop
   * @throws UserException as {@link TrainingRun#run}, if the directory holds a comparison of
   *     another recipe among others
   */
  public ComparisonResult run() {
    List<ArmRun> runs = new ArrayList<>();
    boolean complete = true;
    boolean resumed = Files.exists(seedDirectory(recipe.seed()));
    for (int i = 0; i < options.seeds() && complete; i++) {
      complete = runSeed(recipe.withSeed(recipe.seed() + i), i == 0, runs);
    }
    return new ComparisonResult(recipe, List.copyOf(runs), complete, resumed);
  }

  private Path seedDirectory(long seed) {
    return directory.resolve("seed-" + seed);
  }

  /**
   * Removes what an earlier comparison has trained with these seeds, so that all begins anew.
   *
   * @throws UserException if the file system refuses
   */
  public void clear() {
    for (int i = 0; i < options.seeds(); i++) {
      Path seed = seedDirectory(recipe.seed() + i);
      try {
        AtomicFiles.deleteTree(seed);
      } catch (IOException e) {
        throw new UserException(
            seed.toString(),
            "can't be replaced: " + FileFaults.describe(e),
            "remove it, or give another --out",
            e);
      }
    }
  }

  private boolean runSeed(Recipe seeded, boolean first, List<ArmRun> runs) {
    Path seedDirectory = seedDirectory(seeded.seed());
    int common = commonStages();
    List<StageRecipe> rest = seeded.stages().subList(common, seeded.stages().size());
    Recipe start = seeded;
    if (common > 0) {
      RunDirectory shared = new RunDirectory(seedDirectory.resolve("common"));
      LOG.info("seed {}: stages common to all arms", seeded.seed());
      if (!complete(
          train(seeded.withStages(seeded.stages().subList(0, common)), shared, Map.of()))) {
        return false;
      }
      start = seeded.withModel(ModelRecipe.at(shared.model()));
    }
    List<Arm> arms = new ArrayList<>(List.of(Arm.rsa(rest), Arm.baseline(rest)));
    if (first) {
      options.weights().forEach(w -> arms.add(Arm.weighted(rest, w.lambda(), w.matched())));
    }
    Map<String, Double> scales = new HashMap<>();
    for (Arm arm : arms) {
      LOG.info("seed {}: {}", seeded.seed(), arm.label());
      RunDirectory files = new RunDirectory(seedDirectory.resolve(arm.key()));
      // An arm that ends before the last stage has not learnt to answer.
      Recipe whole = arm.stages().size() == rest.size() ? start : start.withoutQuestions();
      List<FinishedStage> stages = train(whole.withStages(arm.stages()), files, scales);
      if (!complete(stages)) {
        return false;
      }
      requireMeasured(files, stages);
      if (scales.isEmpty()) { // the first arm is the one with RSA
        stages.forEach(s -> scales.put(s.recipe().name(), s.outcome().textScale()));
      }
      runs.add(new ArmRun(arm, seeded.seed(), files, stages));
    }
    return true;
  }

  private List<FinishedStage> train(Recipe part, RunDirectory files, Map<String, Double> scales) {
    return new TrainingRun(part, files, progress, stop, Resume.AUTO, scales).run();
  }

  private static boolean complete(List<FinishedStage> stages) {
    return stages.stream().allMatch(stage -> stage.outcome().complete());
  }

  private int commonStages() {
    int common = 0;
    while (!recipe.stages().get(common).rsa().enabled()) {
      common++;
    }
    return common;
  }

  /** What an earlier version has trained, or a user has tidied away, can't be reported. */
  private static void requireMeasured(RunDirectory files, List<FinishedStage> stages) {
    for (FinishedStage stage : stages) {
      if (stage.recipe().evaluate() && stage.measured() == null) {
        throw new UserException(
            files.measured(stage.recipe().name()).toString(),
            "is missing, though the stage is trained",
            "train afresh, or give another --out");
      }
    }
  }
}
