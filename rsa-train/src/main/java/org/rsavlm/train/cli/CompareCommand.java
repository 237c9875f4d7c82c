package org.rsavlm.train.cli;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;
import org.rsavlm.eval.benchmark.Benchmarks;
import org.rsavlm.eval.benchmark.ModelResponder;
import org.rsavlm.eval.benchmark.Question;
import org.rsavlm.eval.benchmark.QuestionSample;
import org.rsavlm.eval.benchmark.QuestionSample.Asked;
import org.rsavlm.eval.report.ComparisonPage;
import org.rsavlm.eval.report.ComparisonPage.Entry;
import org.rsavlm.eval.report.ComparisonPage.Given;
import org.rsavlm.models.llava.LoadedVlm;
import org.rsavlm.train.monitor.BuildInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rsa compare}: two models' answers to the same questions side by side. */
@Command(
    name = "compare",
    description = {
      "Asks two models the same questions, drawn by chance, and shows their greedy answers under"
          + " each picture with the reference answer.",
      "Questions are a benchmark's (--benchmark), or LLaVA JSON of one image, question and answer."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  rsa compare --model out/rsa/model --model out/lm-only/model --data heldout.json \\",
      "              --images images --report compare.html",
      "  rsa compare --model a/model --model b/model --benchmark ok-vqa --data data/OK-VQA \\",
      "              --questions 200 --differing --report ok-vqa.html"
    })
final class CompareCommand implements Runnable {

  @Mixin private CommandOutput output = new CommandOutput();
  @Mixin private DtypeOption dtype = new DtypeOption();

  @Option(
      names = "--model",
      paramLabel = "DIR",
      required = true,
      description = "given twice: the model directories (llava_onevision)")
  private List<Path> models = new ArrayList<>();

  @Option(
      names = "--label",
      paramLabel = "TEXT",
      description = "given twice: what the page calls them (default: their paths' ends)")
  private List<String> labels = new ArrayList<>();

  @Option(
      names = "--data",
      paramLabel = "PATH",
      required = true,
      description = "the questions: a .parquet, .jsonl or .json file, or a directory of them")
  private Path data = Path.of("");

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description = "for LLaVA JSON: what image paths are relative to (default: the file's)")
  private @Nullable Path images;

  @Option(
      names = "--benchmark",
      paramLabel = "NAME",
      description = "the benchmark that the data is of; see rsa eval --help")
  private @Nullable String benchmark;

  @Option(
      names = "--questions",
      paramLabel = "N",
      description = "asked at most, drawn by chance (${DEFAULT-VALUE})")
  private int questions = 100;

  @Option(
      names = "--samples",
      paramLabel = "N",
      description = "shown at most, the first drawn (${DEFAULT-VALUE})")
  private int samples = 12;

  @Option(
      names = "--differing",
      description = "show only questions that one model got right and the other wrong")
  private boolean differing;

  @Option(names = "--seed", paramLabel = "N", description = "of the draw (${DEFAULT-VALUE})")
  private long seed;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      description = "for LLaVA JSON: tokens of an answer at most (${DEFAULT-VALUE})")
  private int maxNewTokens = 32;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      description = "questions answered at once (${DEFAULT-VALUE})")
  private int batchSize = 8;

  @Option(names = "--report", paramLabel = "FILE", description = "writes the page")
  private @Nullable Path report;

  @Override
  public void run() {
    check();
    List<Asked> asked =
        (benchmark == null
                ? QuestionSample.ofConversations(data, images, maxNewTokens)
                : QuestionSample.of(Benchmarks.named(benchmark), data))
            .draw(questions, seed);
    List<String> first = answers(models.get(0), asked);
    List<String> second = answers(models.get(1), asked);
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) {
      Asked one = asked.get(i);
      entries.add(
          new Entry(
              one.question().images(),
              one.shown(),
              one.reference(),
              new Given(first.get(i), one.score().applyAsDouble(first.get(i))),
              new Given(second.get(i), one.score().applyAsDouble(second.get(i)))));
    }
    show(page(entries));
  }

  private void check() {
    if (models.size() != 2) {
      throw new UserException(
          "--model", models.size() + " given", "name two models: --model A --model B");
    }
    if (!labels.isEmpty() && labels.size() != 2) {
      throw new UserException("--label", labels.size() + " given", "give one for each model");
    }
    if (questions < 1 || samples < 1 || batchSize < 1 || maxNewTokens < 1) {
      throw new UserException(
          "rsa compare",
          "--questions, --samples, --batch-size and --max-new-tokens must be at least 1",
          "see rsa compare --help");
    }
  }

  /** One model is in memory at a time. */
  private List<String> answers(Path directory, List<Asked> asked) {
    List<String> answers = new ArrayList<>();
    try (NDManager manager = NDManager.newBaseManager();
        LoadedVlm vlm = LoadedVlm.open(manager, directory, dtype.dtype(manager));
        StopSignal stop = StopSignal.listen()) {
      ModelResponder responder = ModelResponder.of(manager, vlm);
      for (int at = 0; at < asked.size(); at += batchSize) {
        stop.throwIfRequested("nothing was written");
        List<Asked> batch = asked.subList(at, Math.min(at + batchSize, asked.size()));
        List<Question> these = batch.stream().map(Asked::question).toList();
        answers.addAll(responder.answer(these, batch.get(0).maxNewTokens()));
      }
    }
    return answers;
  }

  private ComparisonPage page(List<Entry> entries) {
    List<Entry> shown =
        entries.stream()
            .filter(e -> !differing || e.first().isRight() != e.second().isRight())
            .limit(samples)
            .toList();
    Map<String, String> provenance = new LinkedHashMap<>();
    provenance.put("Models", models.get(0) + "\n" + models.get(1));
    provenance.put("Data", data + (benchmark == null ? "" : ", " + benchmark));
    provenance.put("Seed", Long.toString(seed));
    BuildInfo build = BuildInfo.current();
    provenance.put("Code", build.version() + ", commit " + build.commit());
    String which =
        differing
            ? "those shown are the first that one model alone got right: picked to show how the"
                + " models differ, not how often"
            : "those shown are the first of them, not picked";
    return new ComparisonPage(
        "Answers side by side",
        "%d questions drawn by chance, answered greedily; %s".formatted(entries.size(), which),
        label(0),
        label(1),
        ComparisonPage.Tally.of(entries),
        shown,
        provenance);
  }

  private String label(int model) {
    return labels.isEmpty() ? CheckpointFeatures.name(models.get(model)) : labels.get(model);
  }

  private void show(ComparisonPage page) {
    ComparisonPage.Tally tally = page.tally();
    output.line(
        "%d questions: both right %d, only %s %d, only %s %d, neither %d; exact McNemar p = %.3f"
            .formatted(
                tally.questions(),
                tally.both(),
                page.first(),
                tally.onlyFirst(),
                page.second(),
                tally.onlySecond(),
                tally.neither(),
                tally.probability()));
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("questions", tally.questions()).put("both", tally.both());
    document.put("only_first", tally.onlyFirst()).put("only_second", tally.onlySecond());
    document.put("neither", tally.neither()).put("mcnemar_p", tally.probability());
    ArrayNode shown = document.putArray("shown");
    for (Entry entry : page.entries()) {
      ObjectNode node = shown.addObject();
      node.put("question", entry.question()).put("reference", entry.reference());
      put(node.putObject("first"), entry.first());
      put(node.putObject("second"), entry.second());
    }
    if (report != null) {
      page.writeTo(report);
    }
    output.result(document);
  }

  private static void put(ObjectNode node, Given given) {
    node.put("answer", given.text()).put("score", given.score()).put("right", given.isRight());
  }
}
