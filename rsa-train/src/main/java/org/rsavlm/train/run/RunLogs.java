package org.rsavlm.train.run;

import org.jspecify.annotations.Nullable;
import org.rsavlm.train.config.EvaluationRecipe;
import org.rsavlm.train.config.Recipe;
import org.rsavlm.train.monitor.MetricsLog;
import org.rsavlm.train.monitor.ProbeLog;
import org.rsavlm.train.monitor.TensorBoardLog;
import org.rsavlm.train.monitor.TrainingListener;

/** The files of a run that grow with its steps. */
final class RunLogs implements AutoCloseable {

  private final @Nullable MetricsLog metrics;
  private final @Nullable ProbeLog probes;
  private final @Nullable TensorBoardLog curves;

  private RunLogs(
      @Nullable MetricsLog metrics, @Nullable ProbeLog probes, @Nullable TensorBoardLog curves) {
    this.metrics = metrics;
    this.probes = probes;
    this.curves = curves;
  }

  /** Returns logs that write nothing, of a rank that isn't the first. */
  static RunLogs none() {
    return new RunLogs(null, null, null);
  }

  /**
   * Opens them behind what they hold.
   *
   * @param firstStep steps that earlier sessions took, all stages together
   * @throws org.rsavlm.core.UserException when one can't be written
   */
  RunLogs(RunDirectory directory, Recipe recipe, long firstStep) {
    this(
        MetricsLog.append(directory.metrics()),
        isProbed(recipe) ? ProbeLog.append(directory.probe()) : null,
        TensorBoardLog.in(directory.tensorboard(), firstStep));
  }

  /** Whether a recipe measures a probe set. */
  static boolean isProbed(Recipe recipe) {
    EvaluationRecipe evaluation = recipe.evaluation();
    return evaluation != null && evaluation.everySteps() > 0;
  }

  /** What writes them, and then calls another. */
  TrainingListener and(TrainingListener progress) {
    if (metrics == null || curves == null) {
      return progress;
    }
    TrainingListener files = TrainingListener.both(metrics, curves);
    return TrainingListener.both(
        probes == null ? files : TrainingListener.both(files, probes), progress);
  }

  /** Makes the lines so far last through a power cut. */
  void sync() {
    if (metrics != null) {
      metrics.sync();
    }
    if (probes != null) {
      probes.sync();
    }
  }

  @Override
  public void close() {
    try (MetricsLog first = metrics;
        TensorBoardLog second = curves;
        ProbeLog last = probes) {
      // Each is closed, also where another can't be.
    }
  }
}
