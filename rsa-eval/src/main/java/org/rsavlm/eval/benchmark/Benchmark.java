package org.rsavlm.eval.benchmark;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.rsavlm.models.image.RgbImage;
import org.rsavlm.models.table.Row;

/**
 * One benchmark: what its rows hold, what is asked, and how answers are scored.
 *
 * <p>Decoding is greedy. Answers lose blanks at both ends before they are scored.
 */
public final class Benchmark {

  private final String name;
  private final String data;
  private final int maxNewTokens;
  private final List<String> columns;
  private final Function<Row, String> id;
  private final Predicate<Row> asked;
  private final Function<Row, String> prompt;
  private final Function<Row, List<RgbImage>> images;
  private final BiFunction<Row, String, ScoredAnswer> scorer;
  private final ScoreAggregation aggregation;

  private Benchmark(Builder builder) {
    name = builder.name;
    data = builder.data;
    maxNewTokens = builder.maxNewTokens;
    columns = builder.columns;
    id = builder.id;
    asked = builder.asked;
    prompt = builder.prompt;
    images = builder.images;
    scorer = builder.scorer;
    aggregation = builder.aggregation;
  }

  static Builder builder(String name, String data) {
    return new Builder(name, data);
  }

  /** Returns the name on the command line. */
  public String name() {
    return name;
  }

  /** Returns the data set on the Hugging Face hub, with configuration and split. */
  public String data() {
    return data;
  }

  /** Returns the columns that a row must have. */
  public List<String> columns() {
    return columns;
  }

  /** Tokens after which an answer is cut off. */
  public int maxNewTokens() {
    return maxNewTokens;
  }

  /** Tells whether a row is a question of this benchmark. */
  boolean asks(Row row) {
    return asked.test(row);
  }

  /** Returns a name of the row's question. */
  String id(Row row) {
    return id.apply(row);
  }

  /** Returns the text of the prompt, without chat template and image placeholders. */
  String prompt(Row row) {
    return prompt.apply(row);
  }

  /** Returns the whole question, images decoded. */
  Question question(Row row) {
    return new Question(id(row), prompt(row), images.apply(row));
  }

  /** Scores an answer, blanks at both ends taken away first, against the row's truth. */
  ScoredAnswer judge(Row row, String answer) {
    return scorer.apply(row, PythonText.strip(answer));
  }

  /** Returns the benchmark's score of its scored answers. */
  BenchmarkScore score(List<ScoredAnswer> answers) {
    return aggregation.of(answers);
  }

  /** Collects what makes up a benchmark; what is not set keeps its default. */
  static final class Builder {

    private final String name;
    private final String data;
    private int maxNewTokens = 16;
    private List<String> columns = List.of();
    private Function<Row, String> id = Row::where;
    private Predicate<Row> asked = row -> true;
    private Function<Row, String> prompt = row -> row.text("question");
    private Function<Row, List<RgbImage>> images = row -> List.of(row.image("image"));
    private BiFunction<Row, String, ScoredAnswer> scorer = (row, answer) -> unset();
    private ScoreAggregation aggregation = ScoreAggregation.mean();

    private Builder(String name, String data) {
      this.name = name;
      this.data = data;
    }

    private static ScoredAnswer unset() {
      throw new IllegalStateException("a benchmark without scorer");
    }

    /** Sets the columns without which a table is refused. */
    Builder columns(String... names) {
      columns = List.of(names);
      return this;
    }

    Builder id(String column) {
      id = row -> row.text(column);
      return this;
    }

    Builder onlyRows(Predicate<Row> test) {
      asked = test;
      return this;
    }

    Builder prompt(Function<Row, String> text) {
      prompt = text;
      return this;
    }

    Builder images(Function<Row, List<RgbImage>> of) {
      images = of;
      return this;
    }

    Builder maxNewTokens(int tokens) {
      maxNewTokens = tokens;
      return this;
    }

    Builder scorer(BiFunction<Row, String, ScoredAnswer> of) {
      scorer = of;
      return this;
    }

    Builder aggregation(ScoreAggregation of) {
      aggregation = of;
      return this;
    }

    Benchmark build() {
      return new Benchmark(this);
    }
  }
}
