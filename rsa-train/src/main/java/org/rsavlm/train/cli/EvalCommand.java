package org.rsavlm.train.cli;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.rsavlm.eval.benchmark.Benchmark;
import org.rsavlm.eval.benchmark.BenchmarkRun;
import org.rsavlm.eval.benchmark.BenchmarkScore;
import org.rsavlm.eval.benchmark.Benchmarks;
import org.rsavlm.eval.benchmark.ModelResponder;
import org.rsavlm.models.llava.LoadedVlm;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rsa eval}: a model's score on a public benchmark. */
@Command(
    name = "eval",
    description = {
      "Asks a model the questions of a benchmark and scores its answers as lmms-eval does.",
      "Started again with the same --out, a run that was stopped goes on."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nBenchmarks:%n",
    footer = {
      "  mmmu, mmmu-pro, mmstar, scienceqa, mmbench-en, mmbench-cn, ok-vqa, ai2d, chartqa, docvqa,",
      "  infovqa, seedbench, realworldqa, pope, mme",
      "",
      "Example:",
      "  rsa eval --model out/run/model --benchmark chartqa --data data/ChartQA --out out/chartqa"
    })
final class EvalCommand implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(EvalCommand.class);
  private static final long PROGRESS_NANOS = Duration.ofSeconds(10).toNanos();

  @Mixin private CommandOutput output = new CommandOutput();
  @Mixin private ModelOptions source = new ModelOptions();

  @Option(
      names = "--benchmark",
      paramLabel = "NAME",
      required = true,
      description = "one of those below")
  private String name = "";

  @Option(
      names = "--data",
      paramLabel = "PATH",
      required = true,
      description =
          "the benchmark's data, as on the hub: a .parquet, .jsonl or .json file, or their"
              + " directory")
  private Path data = Path.of("");

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "gets answers.jsonl, scores.jsonl and results.json")
  private Path out = Path.of("");

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "ask the first N questions only; a higher N later asks the rest")
  private int limit = Integer.MAX_VALUE;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      description = "questions answered at once (${DEFAULT-VALUE})")
  private int batchSize = 8;

  private long lastProgress = System.nanoTime();

  @Override
  public void run() {
    Benchmark benchmark = Benchmarks.named(name);
    BenchmarkRun run = new BenchmarkRun(benchmark, data, out, limit, batchSize);
    try (NDManager manager = NDManager.newBaseManager();
        LoadedVlm vlm = source.open(manager);
        StopSignal stop = StopSignal.listen()) {
      run.claim(source.directory(), source.dtype(manager).name());
      BenchmarkScore score =
          run.run(ModelResponder.of(manager, vlm), this::progress, stop::requested);
      if (score == null) {
        stop.throwIfRequested("the answers so far are in " + out + "; the same command goes on");
        return;
      }
      show(run.document(score), score);
    }
  }

  private void progress(int asked) {
    long now = System.nanoTime();
    if (now - lastProgress >= PROGRESS_NANOS) {
      LOG.info("{}: {} questions answered", name, asked);
      lastProgress = now;
    }
  }

  private void show(ObjectNode document, BenchmarkScore score) {
    output.line(number(name, score.score()) + "  (" + score.questions() + " questions)");
    score.metrics().forEach((metric, value) -> output.line(number("  " + metric, value)));
    score
        .tables()
        .forEach(
            (table, groups) -> {
              output.line("by " + table + ":");
              groups.forEach(
                  (group, one) ->
                      output.line(
                          number("  " + group, one.score()) + "  (" + one.questions() + ")"));
            });
    output.result(document);
  }

  private static String number(String label, double value) {
    return String.format(Locale.ROOT, "%-40s %10.4f", label, value);
  }
}
