package org.rsavlm.train.compare;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.rsavlm.eval.report.ArmResult;
import org.rsavlm.eval.report.CurveReader;
import org.rsavlm.eval.report.Example;
import org.rsavlm.eval.report.RunReport;
import org.rsavlm.eval.report.StepCurve;
import org.rsavlm.eval.report.TradeOff;
import org.rsavlm.eval.result.Measure;
import org.rsavlm.eval.result.StageResult;
import org.rsavlm.train.config.Recipe;
import org.rsavlm.train.config.RecipeWriter;
import org.rsavlm.train.config.RsaRecipe;
import org.rsavlm.train.config.StageRecipe;
import org.rsavlm.train.measure.AnsweredQuestion;
import org.rsavlm.train.monitor.BuildInfo;
import org.rsavlm.train.run.MeasuredStage;
import org.rsavlm.train.run.TrainingRun.FinishedStage;

/** What a comparison has measured, arm by arm and seed by seed, and the report made of it. */
public final class ComparisonResult {

  private static final int EXAMPLES = 12;
  private static final List<String> CURVES = List.of("loss_lm", "loss_rsa");
  private static final List<String> PROBE_CURVES =
      List.of(Measure.MUTUAL_KNN.key(), Measure.LM_LOSS.key());

  private final Recipe recipe;
  private final List<ArmRun> runs;
  private final boolean complete;
  private final boolean resumed;

  ComparisonResult(Recipe recipe, List<ArmRun> runs, boolean complete, boolean resumed) {
    this.recipe = recipe;
    this.runs = runs;
    this.complete = complete;
    this.resumed = resumed;
  }

  /** Tells whether everything ran to its end. */
  public boolean complete() {
    return complete;
  }

  /** Returns both arms, with their stages over all seeds. */
  public List<ArmResult> arms() {
    return List.of(arm(ArmResult.RSA), arm(ArmResult.BASELINE));
  }

  private ArmResult arm(String key) {
    List<ArmRun> own = runs.stream().filter(run -> run.arm().key().equals(key)).toList();
    List<List<StageResult>> bySeed = own.stream().map(ComparisonResult::results).toList();
    List<StageResult> stages = new ArrayList<>();
    for (int i = 0; i < bySeed.get(0).size(); i++) {
      int stage = i;
      stages.add(StageResult.merge(bySeed.stream().map(results -> results.get(stage)).toList()));
    }
    List<StepCurve> curves = new ArrayList<>();
    for (ArmRun run : own) {
      if (Files.exists(run.files().probe())) {
        curves.addAll(CurveReader.read(run.files().probe(), run.seed(), PROBE_CURVES));
      }
      curves.addAll(CurveReader.read(run.files().metrics(), run.seed(), CURVES));
    }
    return new ArmResult(key, own.get(0).arm().label(), stages, curves);
  }

  private static List<StageResult> results(ArmRun run) {
    return run.stages().stream()
        .map(FinishedStage::measured)
        .filter(Objects::nonNull)
        .map(MeasuredStage::result)
        .toList();
  }

  /**
   * Returns the report of a complete comparison.
   *
   * @param wallSeconds wall-clock time of all that this start did, data and start included
   */
  public RunReport report(double wallSeconds) {
    RunReport.Builder report = RunReport.builder("RSA-VLM: " + recipe.name());
    arms().forEach(report::arm);
    tradeOffs().forEach(report::tradeOff);
    examples().forEach(report::example);
    notes().forEach(report::note);
    BuildInfo build = BuildInfo.current();
    report.provenance("Recipe", recipe.name() + ", SHA-256 " + RecipeWriter.sha256(recipe));
    report.provenance("Code", build.version() + ", commit " + build.commit());
    report.provenance(
        "Seeds",
        String.join(", ", runs.stream().map(run -> Long.toString(run.seed())).distinct().toList()));
    return report.wallSeconds(wallSeconds).build();
  }

  /** The sweep's arms with the two main ones, all at the stage where the sweep ends. */
  private List<TradeOff> tradeOffs() {
    List<ArmRun> swept =
        runs.stream().filter(run -> run.arm().key().startsWith("lambda-")).toList();
    if (swept.isEmpty()) {
      return List.of();
    }
    String last = swept.get(0).stages().get(swept.get(0).stages().size() - 1).recipe().name();
    List<TradeOff> points = new ArrayList<>();
    for (ArmRun run : runs) {
      if (run.seed() != swept.get(0).seed()) {
        continue;
      }
      for (FinishedStage stage : run.stages()) {
        if (stage.recipe().name().equals(last) && stage.measured() != null) {
          RsaRecipe rsa = stage.recipe().rsa();
          points.add(
              new TradeOff(
                  rsa.enabled() ? Arm.label(rsa) : "no RSA",
                  rsa.enabled() ? rsa.lambda() : 0,
                  stage.measured().result().measures()));
        }
      }
    }
    points.sort(java.util.Comparator.comparingDouble(TradeOff::lambda));
    return points;
  }

  /** The first questions, answered by both arms at the first seed: not picked. */
  private List<Example> examples() {
    List<ArmRun> first =
        runs.stream()
            .filter(run -> run.seed() == recipe.seed() && !questions(run).isEmpty())
            .toList();
    List<Example> examples = new ArrayList<>();
    if (first.isEmpty()) {
      return examples;
    }
    List<AnsweredQuestion> asked = questions(first.get(0));
    for (int i = 0; i < Math.min(EXAMPLES, asked.size()); i++) {
      Map<String, String> answers = new LinkedHashMap<>();
      for (ArmRun run : first) {
        answers.put(run.arm().key(), questions(run).get(i).answer());
      }
      Path picture = asked.get(i).picture();
      examples.add(
          new Example(picture, asked.get(i).question(), asked.get(i).reference(), answers));
    }
    return examples;
  }

  private static List<AnsweredQuestion> questions(ArmRun run) {
    MeasuredStage measured = run.stages().get(run.stages().size() - 1).measured();
    return measured == null ? List.of() : measured.questions();
  }

  private List<String> notes() {
    List<String> notes = new ArrayList<>();
    for (StageRecipe stage : recipe.stages()) {
      RsaRecipe rsa = stage.rsa();
      if (rsa.enabled() && (rsa.matchScale() || rsa.lambda() != rsa.distance().defaultLambda())) {
        notes.add(
            "This recipe trains with "
                + Arm.label(rsa)
                + "; the paper's setting is λ = "
                + rsa.distance().defaultLambda()
                + " without scale matching. Models of this size are far from the paper's: read the"
                + " figures as a demonstration, not as its reproduction.");
        break;
      }
    }
    if (runs.stream().map(ArmRun::seed).distinct().count() == 1) {
      notes.add("One seed: differences of the size of chance can't be told from real ones.");
    }
    if (resumed) {
      notes.add(
          "The comparison went on from what an earlier start had left: the wall-clock time is that of"
              + " the last start alone.");
    }
    notes.add(
        "The held-out RSA loss of both arms uses the text scale that the RSA arm settled on, so that"
            + " they compare.");
    return notes;
  }
}
