package org.rsavlm.train.config;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An experiment: a model, the stages that train it, and how it is measured.
 *
 * @param name of the experiment, used in reports and as the default output directory
 * @param seed of weights, data order and everything else that is random
 * @param threads for tensor operations on the CPU; 0 leaves the engine's choice
 * @param device {@code auto} (the first GPU, else the CPU), {@code cpu} or {@code cuda:N}
 * @param dtype of weights and activations; master weights, norms and losses are float32 at least
 * @param model where the weights come from
 * @param dataDir base of the relative paths of data sources
 * @param stages in the order in which they are trained
 * @param loader how samples are read ahead
 * @param checkpoint when the state of the run is saved
 * @param evaluation held-out measurement after each stage; none when absent
 */
public record Recipe(
    String name,
    @Default("0") long seed,
    @Default("0") int threads,
    @Default("auto") String device,
    @Default("float32") Dtype dtype,
    ModelRecipe model,
    @Default(".") Path dataDir,
    List<StageRecipe> stages,
    @Default("{}") LoaderRecipe loader,
    @Default("{}") CheckpointRecipe checkpoint,
    @Nullable EvaluationRecipe evaluation) {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
  private static final Pattern DEVICE = Pattern.compile("auto|cpu|cuda:\\d{1,3}");

  /** Floating-point type of weights and activations. */
  public enum Dtype {
    /** IEEE single precision. */
    FLOAT32,
    /** Brain float: the paper's choice on GPUs. */
    BFLOAT16
  }

  /** Checks names, ranges and that stage names differ. */
  public Recipe {
    stages = List.copyOf(stages);
    checkName("name", name);
    Check.atLeast("threads", threads, 0);
    Check.that(DEVICE.matcher(device).matches(), "device", device, "auto, cpu or cuda:N");
    if (stages.isEmpty()) {
      throw new InvalidValueException("stages", "is an empty list", "give at least one stage");
    }
    Set<String> names = new HashSet<>();
    for (StageRecipe stage : stages) {
      if (!names.add(stage.name())) {
        throw new InvalidValueException(
            "stages", "has two stages named '" + stage.name() + "'", "rename one of them");
      }
    }
  }

  /** Names become directory names. */
  static void checkName(String key, String name) {
    Check.that(
        NAME.matcher(name).matches(),
        key,
        name,
        "of letters, digits, '.', '_' and '-', not starting with a sign");
  }

  /**
   * The stage of a name.
   *
   * @param stage the name, such as {@code 1.5}
   * @return the stage
   * @throws NoSuchElementException when the recipe has none of that name
   */
  public StageRecipe stage(String stage) {
    return stages.stream()
        .filter(candidate -> candidate.name().equals(stage))
        .findFirst()
        .orElseThrow(() -> new NoSuchElementException("no stage '" + stage + "' in " + name));
  }

  /** The same from another seed. */
  public Recipe withSeed(long other) {
    return Records.with(this, "seed", other);
  }

  /** The same with its data elsewhere. */
  public Recipe withDataDir(Path other) {
    return Records.with(this, "dataDir", other);
  }

  /** The same without questions after its last stage. */
  public Recipe withoutQuestions() {
    return evaluation == null
        ? this
        : Records.with(this, "evaluation", Records.with(evaluation, "questions", null));
  }

  /** The same with other stages. */
  public Recipe withStages(List<StageRecipe> others) {
    return Records.with(this, "stages", others);
  }

  /** The same from other weights. */
  public Recipe withModel(ModelRecipe other) {
    return Records.with(this, "model", other);
  }

  /**
   * A path of a data source, taken from {@link #dataDir} when it is relative.
   *
   * @param path as the recipe states it
   * @return the path to open
   */
  public Path dataPath(Path path) {
    return dataDir.resolve(path);
  }
}
