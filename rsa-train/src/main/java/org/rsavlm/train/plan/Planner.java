package org.rsavlm.train.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;
import org.rsavlm.train.config.Recipe;
import org.rsavlm.train.config.StageRecipe;

/** Plans the stages of a recipe on a cluster. Starts no engine and allocates nothing. */
public final class Planner {

  private final Cluster cluster;
  private final List<Integer> gpus;
  private final PlanAssumptions assumed;
  private final Map<String, Long> samples;

  /**
   * Prepares plans.
   *
   * @param cluster the machines
   * @param gpus the numbers of GPUs to plan for
   * @param assumed what recipe and cluster don't say
   * @param samples of stages, where they don't go by the data
   * @throws UserException if a number of GPUs is below 1, or none is given
   */
  public Planner(
      Cluster cluster, List<Integer> gpus, PlanAssumptions assumed, Map<String, Long> samples) {
    this.cluster = cluster;
    this.gpus = gpus.stream().distinct().sorted(Comparator.naturalOrder()).toList();
    this.assumed = assumed;
    this.samples = Map.copyOf(samples);
    if (this.gpus.isEmpty() || this.gpus.get(0) < 1) {
      throw new UserException("--gpus", "is " + gpus, "name numbers of at least 1");
    }
  }

  /**
   * Plans a recipe.
   *
   * @param shape a preset's name or a model directory that goes before the recipe's; may be null
   * @throws UserException if the model's shape isn't there
   */
  public Plan plan(Recipe recipe, @Nullable String shape) {
    PlannedModel model = PlannedModel.of(recipe.model(), shape);
    List<StagePlan> plans = recipe.stages().stream().map(s -> plan(recipe, s, model)).toList();
    return new Plan(recipe.name(), model, cluster, assumed, plans);
  }

  /** Returns the names that stand for a model's shape. */
  public static List<String> presets() {
    return PlannedModel.presets();
  }

  private StagePlan plan(Recipe recipe, StageRecipe from, PlannedModel model) {
    PlannedStage stage = PlannedStage.of(recipe, from, model.vision(), assumed);
    StagePlanner planner = new StagePlanner(model.cost(), cluster, assumed);
    SampleCount count = SampleCount.of(recipe, from, samples);
    List<PlanPoint> points = gpus.stream().map(n -> planner.plan(stage, n)).toList();
    int share = points.get(points.size() - 1).share();
    Advice advice = new Advice(model.cost(), cluster, assumed);
    List<String> lines = new ArrayList<>();
    points.forEach(point -> lines.addAll(advice.of(stage, point)));
    return new StagePlan(
        stage,
        TrainedCount.of(model.cost(), stage.trainable()),
        StepFlops.of(model.cost(), stage),
        count,
        PlannedStage.steps(from, count.samples()),
        points,
        gpus.stream().map(n -> planner.plan(stage.withBatch(share * n), n)).toList(),
        curve().stream().map(n -> planner.plan(stage, n)).toList(),
        curve().stream().map(n -> planner.plan(stage.withBatch(share * n), n)).toList(),
        lines);
  }

  /** The numbers asked for, and between them a node's worth or powers of two below. */
  private TreeSet<Integer> curve() {
    TreeSet<Integer> numbers = new TreeSet<>(gpus);
    int node = cluster.gpusPerNode();
    int last = numbers.last();
    for (int n = numbers.first(); n < last; n = n < node ? 2 * n : n + node * stride(last)) {
      numbers.add(n);
    }
    return numbers;
  }

  /** Nodes between two points of a curve, so that it has some thirty. */
  private int stride(int last) {
    return Math.max(1, last / cluster.gpusPerNode() / 30);
  }
}
