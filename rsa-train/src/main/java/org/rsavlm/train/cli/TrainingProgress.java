package org.rsavlm.train.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import org.rsavlm.eval.result.Measure;
import org.rsavlm.train.monitor.ProbeMetrics;
import org.rsavlm.train.monitor.StepMetrics;
import org.rsavlm.train.monitor.TrainingListener;

/**
 * Shows how training goes: a bar on a terminal; elsewhere a line for the first step, the last, and
 * every ten seconds between. Losses, tokens per second and the time that remains.
 */
final class TrainingProgress implements TrainingListener, AutoCloseable {

  /** Columns of the terminal that stderr is, from {@code scripts/rsa}; 0 where it is none. */
  private static final String COLUMNS = "rsa.terminal_columns";

  private static final long LINE_NANOS = Duration.ofSeconds(10).toNanos();

  /** Share of the old estimate that a new step leaves: about twenty steps count. */
  private static final double MEMORY = 0.95;

  private final PrintStream out;
  private final int columns;
  private final LongSupplier nanoTime;
  private @Nullable ProgressBar bar;
  private long steps;
  private long lastLine;
  private double secondsAStep;
  private double tokensASecond;
  private String probe = "";

  private TrainingProgress(PrintStream out, int columns, LongSupplier nanoTime) {
    this.out = out;
    this.columns = columns;
    this.nanoTime = nanoTime;
  }

  /** Returns a display on this process's stderr. */
  static TrainingProgress onStderr() {
    return new TrainingProgress(System.err, Integer.getInteger(COLUMNS, 0), System::nanoTime);
  }

  /** Returns a display elsewhere: a bar of some width, or lines where {@code columns} is 0. */
  static TrainingProgress on(PrintStream out, int columns, LongSupplier nanoTime) {
    return new TrainingProgress(out, columns, nanoTime);
  }

  @Override
  public void onStageStart(String stage, long firstStep, long stageSteps) {
    close();
    steps = stageSteps;
    secondsAStep = Double.NaN;
    tokensASecond = Double.NaN;
    probe = "";
    lastLine = nanoTime.getAsLong() - LINE_NANOS;
    if (columns > 0) {
      bar =
          new ProgressBarBuilder()
              .setTaskName("stage " + stage)
              .setInitialMax(stageSteps)
              .startsFrom(firstStep - 1, Duration.ZERO)
              .setStyle(ProgressBarStyle.ASCII)
              .hideEta()
              .setUpdateIntervalMillis(250)
              .setConsumer(new ConsoleProgressBarConsumer(out, columns - 1))
              .build();
    }
  }

  @Override
  public void onStep(StepMetrics metrics) {
    secondsAStep = smooth(secondsAStep, metrics.seconds());
    tokensASecond = smooth(tokensASecond, metrics.tokensPerSecond());
    String text = describe(metrics);
    if (bar != null) {
      bar.setExtraMessage(" " + text).stepTo(metrics.step());
      return;
    }
    long now = nanoTime.getAsLong();
    if (now - lastLine >= LINE_NANOS || metrics.step() == steps) {
      out.printf(
          Locale.ROOT, "stage %s  step %d/%d  %s%n", metrics.stage(), metrics.step(), steps, text);
      lastLine = now;
    }
  }

  @Override
  public void onProbe(ProbeMetrics metrics) {
    Map<String, Double> measures = metrics.measures();
    probe =
        String.format(
            Locale.ROOT,
            "mutual-kNN %.3f",
            measures.getOrDefault(Measure.MUTUAL_KNN.key(), Double.NaN));
    if (bar != null) { // which a line would tear; the files have the rest
      return;
    }
    out.printf(
        Locale.ROOT,
        "stage %s  step %d/%d  probe set: lm %.3f  %s  effective rank %.1f vision, %.1f text%n",
        metrics.stage(),
        metrics.step(),
        steps,
        measures.getOrDefault(Measure.LM_LOSS.key(), Double.NaN),
        probe,
        measures.getOrDefault(Measure.EFFECTIVE_RANK_VISION.key(), Double.NaN),
        measures.getOrDefault(Measure.EFFECTIVE_RANK_TEXT.key(), Double.NaN));
  }

  private String describe(StepMetrics metrics) {
    StringBuilder text = new StringBuilder();
    text.append(String.format(Locale.ROOT, "lm %.3f", metrics.lossLm()));
    if (!Double.isNaN(metrics.lossRsa())) {
      text.append(String.format(Locale.ROOT, "  rsa %.4g", metrics.lossRsa()));
    }
    if (bar != null && !probe.isEmpty()) {
      text.append("  ").append(probe);
    }
    text.append(String.format(Locale.ROOT, "  %.0f tokens/s", tokensASecond));
    if (metrics.skipped() > 0) {
      text.append("  ").append(metrics.skipped()).append(" skipped");
    }
    long left = Math.round((steps - metrics.step()) * secondsAStep);
    return text.append("  ").append(duration(left)).append(" left").toString();
  }

  private static double smooth(double old, double value) {
    return Double.isNaN(old) ? value : MEMORY * old + (1 - MEMORY) * value;
  }

  /** Returns a time in its two largest units: 3d 4h, 2h 05m, 1m 20s, 7s. */
  static String duration(long seconds) {
    if (seconds >= 86_400) {
      return "%dd %dh".formatted(seconds / 86_400, seconds % 86_400 / 3600);
    } else if (seconds >= 3600) {
      return "%dh %02dm".formatted(seconds / 3600, seconds % 3600 / 60);
    } else if (seconds >= 60) {
      return "%dm %02ds".formatted(seconds / 60, seconds % 60);
    }
    return seconds + "s";
  }

  @Override
  public void onStageEnd(String stage) {
    close();
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
