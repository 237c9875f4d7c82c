package org.rsavlm.eval.study;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.rsavlm.eval.report.ArmResult;
import org.rsavlm.eval.report.StepCurve;
import org.rsavlm.eval.report.StudySection.Cell;
import org.rsavlm.eval.report.StudySection.Figure;
import org.rsavlm.eval.report.StudySection.Line;
import org.rsavlm.eval.report.StudySection.Mark;
import org.rsavlm.eval.result.Measure;
import org.rsavlm.eval.result.SeedValues;

/**
 * Measures over the steps of training, and how soon a run reaches what the baseline ends with: the
 * paper's question of data efficiency.
 */
final class StudyCurves {

  /** Columns of the table. */
  static final List<String> COLUMNS =
      List.of("first", "last", "steps", "reaches the baseline's last");

  private final Map<Panel, Map<String, List<StepCurve>>> panels = new LinkedHashMap<>();
  private final List<String> notes = new ArrayList<>();

  /** One figure. */
  private record Panel(String measure, String stage) {

    String caption() {
      return Measure.labelOf(measure) + (stage.isEmpty() ? "" : ", stage " + stage);
    }
  }

  /**
   * Collects the curves.
   *
   * @param categories over whose benchmarks checkpoints are averaged
   */
  StudyCurves(List<Study.Category> categories, List<RunMeasurements> runs) {
    for (RunMeasurements run : runs) {
      for (StepCurve curve : run.curves()) {
        add(run.key(), curve);
      }
    }
    Map<String, Map<String, TreeMap<Long, Double>>> points = checkpoints(runs);
    for (Study.Category category : categories) {
      CategoryAverage average = CategoryAverage.of(category, points);
      if (average != null) {
        average.curves().forEach((key, curve) -> add(key, curve(average.label(), curve)));
        if (!average.note().isEmpty()) {
          notes.add(average.note());
        }
      }
    }
    points.forEach((key, run) -> run.forEach((name, curve) -> add(key, curve(name, curve))));
  }

  private void add(String key, StepCurve curve) {
    panels
        .computeIfAbsent(new Panel(curve.measure(), curve.stage()), p -> new LinkedHashMap<>())
        .computeIfAbsent(key, k -> new ArrayList<>())
        .add(curve);
  }

  /** Results of checkpoints, each a point of its run's curve: by key, name and step. */
  private static Map<String, Map<String, TreeMap<Long, Double>>> checkpoints(
      List<RunMeasurements> runs) {
    Map<String, Map<String, TreeMap<Long, List<Double>>>> seeds = new LinkedHashMap<>();
    for (RunMeasurements run : runs) {
      for (RunMeasurements.Value value : run.values()) {
        if (run.step() >= 0) {
          String name = value.column();
          if (!value.measure().equals(RunMeasurements.SCORE)) {
            name += ": " + Measure.labelOf(value.measure());
          }
          seeds
              .computeIfAbsent(run.key(), k -> new LinkedHashMap<>())
              .computeIfAbsent(name, k -> new TreeMap<>())
              .computeIfAbsent(run.step(), k -> new ArrayList<>())
              .addAll(value.values().values());
        }
      }
    }
    Map<String, Map<String, TreeMap<Long, Double>>> means = new LinkedHashMap<>();
    seeds.forEach(
        (key, run) ->
            run.forEach(
                (name, steps) ->
                    steps.forEach(
                        (step, values) ->
                            means
                                .computeIfAbsent(key, k -> new LinkedHashMap<>())
                                .computeIfAbsent(name, k -> new TreeMap<>())
                                .put(step, new SeedValues(values).mean()))));
    return means;
  }

  private static StepCurve curve(String name, TreeMap<Long, Double> points) {
    return new StepCurve(
        "",
        name,
        0,
        points.keySet().stream().mapToLong(Long::longValue).toArray(),
        points.values().stream().mapToDouble(Double::doubleValue).toArray());
  }

  /** Returns what is missing from the averages, a sentence a category. */
  List<String> notes() {
    return List.copyOf(notes);
  }

  List<Figure> figures() {
    return panels.entrySet().stream()
        .map(panel -> new Figure(panel.getKey().caption(), panel.getValue()))
        .toList();
  }

  /** Returns the first and last values of every curve, and where it reaches the baseline's last. */
  List<Line> lines() {
    List<Line> lines = new ArrayList<>();
    panels.forEach(
        (panel, series) -> {
          List<StepCurve> baseline = series.getOrDefault(ArmResult.BASELINE, List.of());
          series.forEach(
              (key, curves) -> lines.add(line(panel, key, mean(curves), mean(baseline))));
        });
    return lines;
  }

  private static Line line(
      Panel panel, String key, TreeMap<Long, Double> curve, TreeMap<Long, Double> baseline) {
    int decimals = Measure.decimalsOf(panel.measure());
    List<Cell> cells = new ArrayList<>();
    if (curve.isEmpty()) {
      COLUMNS.forEach(column -> cells.add(Cell.EMPTY));
    } else {
      cells.add(plain(StudyTable.number(curve.firstEntry().getValue(), decimals, false)));
      cells.add(plain(StudyTable.number(curve.lastEntry().getValue(), decimals, false)));
      cells.add(plain(curve.firstKey() + " … " + curve.lastKey()));
      cells.add(plain(baseline.isEmpty() ? "–" : reached(panel, curve, baseline)));
    }
    return new Line(panel.caption() + ", " + key, "ours", cells);
  }

  private static String reached(
      Panel panel, TreeMap<Long, Double> curve, TreeMap<Long, Double> baseline) {
    double goal = baseline.lastEntry().getValue();
    boolean lower =
        Measure.of(panel.measure()).map(Measure::better).orElse(Measure.Better.HIGHER)
            == Measure.Better.LOWER;
    for (Map.Entry<Long, Double> point : curve.entrySet()) {
      if (lower ? point.getValue() <= goal : point.getValue() >= goal) {
        return "step " + point.getKey();
      }
    }
    return "not reached";
  }

  private static Cell plain(String text) {
    return new Cell(text, "", Mark.NONE);
  }

  /** The mean over seeds at the steps that all of them have. */
  private static TreeMap<Long, Double> mean(List<StepCurve> curves) {
    TreeMap<Long, Double> sums = new TreeMap<>();
    Map<Long, Integer> counts = new LinkedHashMap<>();
    for (StepCurve curve : curves) {
      Set<Long> seen = new LinkedHashSet<>();
      for (int i = 0; i < curve.steps().length; i++) {
        long step = curve.steps()[i];
        if (seen.add(step) && Double.isFinite(curve.values()[i])) {
          sums.merge(step, curve.values()[i], Double::sum);
          counts.merge(step, 1, Integer::sum);
        }
      }
    }
    sums.keySet().removeIf(step -> counts.getOrDefault(step, 0) < curves.size());
    sums.replaceAll((step, sum) -> sum / curves.size());
    return sums;
  }
}
