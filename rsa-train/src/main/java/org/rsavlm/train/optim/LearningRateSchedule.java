package org.rsavlm.train.optim;

/**
 * The course of the learning rate over a stage, as a factor of its peak: Hugging Face's {@code
 * get_cosine_schedule_with_warmup} and its linear and constant kin.
 *
 * @param shape the course after warm-up
 * @param warmupSteps steps over which the factor rises from 0
 * @param totalSteps steps of the stage
 */
public record LearningRateSchedule(Shape shape, long warmupSteps, long totalSteps) {

  /** Course after warm-up. */
  public enum Shape {
    /** Half a cosine down to 0. */
    COSINE,
    /** A straight line down to 0. */
    LINEAR,
    /** No change. */
    CONSTANT
  }

  /** Checks the counts. */
  public LearningRateSchedule {
    if (warmupSteps < 0 || totalSteps < 1) {
      throw new IllegalArgumentException(
          warmupSteps + " warm-up steps of " + totalSteps + " make no schedule");
    }
  }

  /**
   * A schedule whose warm-up is a share of its steps, rounded up as Hugging Face's Trainer does.
   *
   * @param warmupRatio from 0 to 1
   */
  public static LearningRateSchedule of(Shape shape, double warmupRatio, long totalSteps) {
    return new LearningRateSchedule(shape, (long) Math.ceil(totalSteps * warmupRatio), totalSteps);
  }

  /**
   * Returns the factor of a step. The first step of a warm-up has factor 0, as in Hugging Face's.
   *
   * @param step counted from 0
   */
  public double factor(long step) {
    if (step < warmupSteps) {
      return (double) step / Math.max(1, warmupSteps);
    }
    double progress = (double) (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps);
    return switch (shape) {
      case COSINE -> Math.max(0, 0.5 * (1 + Math.cos(Math.PI * progress)));
      case LINEAR -> Math.max(0, 1 - progress);
      case CONSTANT -> 1;
    };
  }
}
