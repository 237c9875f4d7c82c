package org.rsavlm.eval.report;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.rsavlm.eval.alignment.LayerGrid;
import org.rsavlm.eval.result.SeedValues;
import org.rsavlm.eval.result.StageResult;

/** A report with every part filled, of made-up numbers. */
final class SampleReport {
  private SampleReport() {}

  static RunReport in(Path directory) throws IOException {
    RunReport.Builder report =
        RunReport.builder("Quickstart: RSA against the baseline")
            .note("Drawn scenes and a model of 1.2 M parameters: made-up numbers of a test.")
            .arm(arm(ArmResult.BASELINE, "Without RSA", 0))
            .arm(arm(ArmResult.RSA, "With RSA", 1))
            .provenance("version", "0.1.0-SNAPSHOT")
            .provenance("recipe", "configs/quickstart.yaml")
            .provenance("data fingerprint", "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b")
            .provenance("seeds", "0, 1, 2")
            .wallSeconds(431);
    double[] lambdas = {0, 0.01, 0.03, 0.1};
    for (int i = 0; i < lambdas.length; i++) {
      Map<String, SeedValues> measures = new LinkedHashMap<>();
      measures.put("mutual_knn", SeedValues.of(0.029 + 0.027 * i, 0.032 + 0.027 * i));
      measures.put("lm_loss", SeedValues.of(0.673 + 0.012 * i * i, 0.668 + 0.012 * i * i));
      report.tradeOff(
          new TradeOff(i == 0 ? "baseline" : "λ = " + lambdas[i], lambdas[i], measures));
    }
    for (int i = 0; i < 4; i++) {
      Map<String, String> answers = new LinkedHashMap<>();
      answers.put(ArmResult.BASELINE, i % 2 == 0 ? "a red circle" : "two blue squares");
      answers.put(ArmResult.RSA, i == 3 ? "" : "a red circle");
      report.example(
          new Example(picture(directory, i), "What is in the picture?", "a red circle", answers));
    }
    return report.build();
  }

  private static ArmResult arm(String key, String label, int rsa) {
    List<StageResult> stages = new ArrayList<>();
    List<StepCurve> curves = new ArrayList<>();
    String[] names = {"1", "1.5", "2"};
    Random random = new Random(rsa);
    for (int s = 0; s < names.length; s++) {
      double score = 0.026 + 0.003 * s + rsa * (s == 0 ? 0.012 : 0.075);
      Map<String, SeedValues> measures = new LinkedHashMap<>();
      measures.put("mutual_knn", around(score, 0.004, random));
      measures.put("mutual_knn_best", around(score + 0.01, 0.004, random));
      measures.put("lm_loss", around(0.74 - 0.07 * s + rsa * 0.02, 0.006, random));
      measures.put("rsa_loss", around(2.1 / (1 + 3 * rsa), 0.05, random));
      if (s == 2) {
        measures.put("qa_accuracy", around(0.41 - 0.014 * rsa, 0.01, random));
      }
      stages.add(new StageResult(names[s], measures, grid(score, random)));
      for (int seed = 0; seed < 3; seed++) {
        curves.add(curve(names[s], "loss_lm", seed, 4.1 - s, 0.7 + rsa * 0.02, random));
        if (rsa == 1 && s < 2) {
          curves.add(curve(names[s], "loss_rsa", seed, 60, 0.3, random));
        }
      }
    }
    curves.sort(Comparator.comparing(StepCurve::measure));
    return new ArmResult(key, label, stages, curves);
  }

  private static SeedValues around(double value, double spread, Random random) {
    return SeedValues.of(
        value + spread * random.nextGaussian(),
        value + spread * random.nextGaussian(),
        value + spread * random.nextGaussian());
  }

  private static LayerGrid grid(double top, Random random) {
    List<List<Double>> scores = new ArrayList<>();
    for (int v = 0; v < 6; v++) {
      List<Double> row = new ArrayList<>();
      for (int t = 0; t < 7; t++) {
        row.add(0.012 + (top - 0.012) * v * t / 30.0 + 0.002 * random.nextDouble());
      }
      scores.add(row);
    }
    return new LayerGrid("mutual_knn", scores);
  }

  private static StepCurve curve(
      String stage, String measure, long seed, double from, double to, Random random) {
    long[] steps = new long[300];
    double[] values = new double[300];
    for (int i = 0; i < 300; i++) {
      steps[i] = i + 1L;
      values[i] = to + (from - to) * Math.exp(-i / 30.0) + 0.05 * to * random.nextGaussian();
    }
    return new StepCurve(stage, measure, seed, steps, values);
  }

  private static Path picture(Path directory, int i) throws IOException {
    BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(new Color(230, 225, 200 + 10 * i));
    graphics.fillRect(0, 0, 64, 64);
    graphics.setColor(new Color(200, 40, 40));
    graphics.fillOval(8 + 6 * i, 12, 28, 28);
    graphics.dispose();
    Path file = directory.resolve("scene" + i + ".png");
    ImageIO.write(image, "png", file.toFile());
    return file;
  }
}
