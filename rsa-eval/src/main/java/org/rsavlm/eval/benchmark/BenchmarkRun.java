package org.rsavlm.eval.benchmark;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;
import org.rsavlm.core.io.AtomicFiles;
import org.rsavlm.models.table.Row;
import org.rsavlm.models.table.RowSource;
import org.rsavlm.models.table.TableFiles;

/**
 * Asks a model the questions of a benchmark.
 *
 * <p>The output directory gets {@code run.json} (what the answers belong to), {@code answers.jsonl}
 * (a line an answer, as they come), and at the end {@code scores.jsonl} (the score of every answer)
 * and {@code results.json}. A run that was stopped goes on where it ended when it is started again
 * with the same directory, and gives the same score; with a higher limit it asks the further
 * questions only.
 */
public final class BenchmarkRun {

  private static final JsonMapper JSON = new JsonMapper();

  private final Benchmark benchmark;
  private final List<Path> data;
  private final Path out;
  private final int limit;
  private final int batchSize;

  /**
   * Plans a run.
   *
   * @param benchmark what to ask
   * @param data the data set's file, or the directory of its files
   * @param out where answers and results go
   * @param limit how many questions at most, in the order of the data
   * @param batchSize questions answered at once
   * @throws UserException if there is no data file, or a number is below 1
   */
  public BenchmarkRun(Benchmark benchmark, Path data, Path out, int limit, int batchSize) {
    if (limit < 1) {
      throw new UserException("limit", "is " + limit, "it must be at least 1");
    }
    if (batchSize < 1) {
      throw new UserException("batch-size", "is " + batchSize, "it must be at least 1");
    }
    this.benchmark = benchmark;
    this.data = TableFiles.find(data);
    this.out = out;
    this.limit = limit;
    this.batchSize = batchSize;
  }

  /**
   * Makes sure that answers in the output directory, if any, are of this model and these data.
   *
   * @param model the model's directory
   * @param settings what else changes the answers, such as the element type
   * @throws UserException if they are of another run
   */
  public void claim(Path model, String settings) {
    RunIdentity.claim(out.resolve("run.json"), RunIdentity.of(benchmark, model, data, settings));
  }

  /**
   * Asks what was not asked yet, and scores all answers.
   *
   * @param responder the model
   * @param progress gets the number of questions answered so far
   * @param stop asked before each batch
   * @return the score, or null if it was stopped; the answers so far are kept
   * @throws UserException if the data are damaged or not in the benchmark's layout
   */
  public @Nullable BenchmarkScore run(
      Responder responder, IntConsumer progress, BooleanSupplier stop) {
    try (AnswerLog log = AnswerLog.open(out.resolve("answers.jsonl"))) {
      if (!ask(log, responder, progress, stop)) {
        return null;
      }
      return score(log);
    }
  }

  private boolean ask(
      AnswerLog log, Responder responder, IntConsumer progress, BooleanSupplier stop) {
    List<Long> numbers = new ArrayList<>();
    List<Question> batch = new ArrayList<>();
    try (Questions questions = new Questions()) {
      for (Row row = questions.next(); row != null; row = questions.next()) {
        if (log.answer(questions.number()) == null) {
          numbers.add(questions.number());
          batch.add(benchmark.question(row));
        }
        if (batch.size() == batchSize) {
          if (stop.getAsBoolean()) {
            return false;
          }
          answer(log, responder, numbers, batch);
          progress.accept(questions.asked());
        }
      }
      if (!batch.isEmpty()) {
        if (stop.getAsBoolean()) {
          return false;
        }
        answer(log, responder, numbers, batch);
      }
      progress.accept(questions.asked());
    }
    return true;
  }

  private void answer(
      AnswerLog log, Responder responder, List<Long> numbers, List<Question> batch) {
    List<String> answers = responder.answer(List.copyOf(batch), benchmark.maxNewTokens());
    if (answers.size() != batch.size()) {
      throw new IllegalStateException(
          answers.size() + " answers to " + batch.size() + " questions");
    }
    for (int i = 0; i < answers.size(); i++) {
      log.add(numbers.get(i), batch.get(i).id(), answers.get(i));
    }
    log.flush();
    numbers.clear();
    batch.clear();
  }

  private BenchmarkScore score(AnswerLog log) {
    List<ScoredAnswer> judged = new ArrayList<>();
    StringBuilder lines = new StringBuilder();
    try (Questions questions = new Questions()) {
      for (Row row = questions.next(); row != null; row = questions.next()) {
        String answer = log.answer(questions.number());
        if (answer == null) {
          throw new IllegalStateException("row " + questions.number() + " has no answer");
        }
        ScoredAnswer one = benchmark.judge(row, answer);
        judged.add(one);
        ObjectNode line = JSON.createObjectNode();
        line.put("row", questions.number()).put("id", benchmark.id(row));
        line.put("answer", answer).put("score", one.score());
        lines.append(line).append('\n');
      }
    }
    if (judged.isEmpty()) {
      throw new UserException(
          data.get(0).toString(), "no question for " + benchmark.name(), "check --data");
    }
    BenchmarkScore score = benchmark.score(judged);
    AtomicFiles.write(out.resolve("scores.jsonl"), lines.toString());
    AtomicFiles.write(
        out.resolve("results.json"), document(score).toPrettyString() + System.lineSeparator());
    return score;
  }

  /** Returns the document of {@code results.json}: the benchmark, its data set and the score. */
  public ObjectNode document(BenchmarkScore score) {
    ObjectNode document = JSON.createObjectNode();
    document.put("benchmark", benchmark.name()).put("data", benchmark.data());
    document.put("questions", score.questions()).put("score", score.score());
    ObjectNode metrics = document.putObject("metrics");
    score.metrics().forEach(metrics::put);
    document.set("tables", JSON.valueToTree(score.tables()));
    return document;
  }

  /** The rows that are questions, up to the limit. */
  private final class Questions implements AutoCloseable {

    private final RowSource rows = TableFiles.open(data);
    private long number = -1;
    private int asked;

    @Nullable Row next() {
      while (asked < limit) {
        Row row = rows.next();
        if (row == null) {
          return null;
        }
        if (++number == 0) {
          checkColumns(row);
        }
        if (benchmark.asks(row)) {
          asked++;
          return row;
        }
      }
      return null;
    }

    private void checkColumns(Row row) {
      List<String> missing =
          benchmark.columns().stream().filter(name -> !row.columns().contains(name)).toList();
      if (!missing.isEmpty()) {
        throw new UserException(
            row.where(),
            "no column " + String.join(", ", missing) + "; " + benchmark.name() + " needs it",
            "give " + benchmark.data() + ", in its own layout");
      }
    }

    long number() {
      return number;
    }

    int asked() {
      return asked;
    }

    @Override
    public void close() {
      rows.close();
    }
  }
}
