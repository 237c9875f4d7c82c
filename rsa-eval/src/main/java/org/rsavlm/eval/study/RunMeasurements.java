package org.rsavlm.eval.study;

import java.util.List;
import org.rsavlm.eval.report.AlignmentPage;
import org.rsavlm.eval.report.StepCurve;
import org.rsavlm.eval.result.SeedValues;

/**
 * What one run has measured.
 *
 * @param key the study's row that it stands beside
 * @param step of the checkpoint that was measured; -1 for a run as a whole
 * @param values its measures
 * @param curves its measures over steps
 * @param maps its layer maps
 */
public record RunMeasurements(
    String key,
    long step,
    List<Value> values,
    List<StepCurve> curves,
    List<AlignmentPage.Entry> maps) {

  /** The column of runs that measured their own held-out set. */
  static final String HELD_OUT = "held out";

  /** The measure of benchmarks. */
  static final String SCORE = "score";

  /** Copies the lists. */
  public RunMeasurements {
    values = List.copyOf(values);
    curves = List.copyOf(curves);
    maps = List.copyOf(maps);
  }

  /**
   * One measure.
   *
   * @param column the data set or benchmark
   * @param stage after which it was measured; empty where that is not known
   * @param measure its key
   * @param values of the seeds
   */
  public record Value(String column, String stage, String measure, SeedValues values) {}
}
