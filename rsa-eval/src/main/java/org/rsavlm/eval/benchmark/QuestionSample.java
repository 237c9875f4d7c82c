package org.rsavlm.eval.benchmark;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;
import org.rsavlm.models.table.Row;
import org.rsavlm.models.table.RowColumns;
import org.rsavlm.models.table.RowSample;
import org.rsavlm.models.table.RowSource;
import org.rsavlm.models.table.TableFiles;
import org.rsavlm.models.table.UnusableRowException;
import org.rsavlm.models.text.Role;
import org.rsavlm.models.text.Turn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Questions drawn by chance, without replacement, to look at answers one by one.
 *
 * <pre>{@code
 * List<QuestionSample.Asked> asked =
 *     QuestionSample.of(Benchmarks.named("ok-vqa"), data).draw(12, 0);
 * }</pre>
 */
public final class QuestionSample {

  private static final Logger LOG = LoggerFactory.getLogger(QuestionSample.class);
  private static final String PLACEHOLDER = "<image>";
  private static final int SHOWN_REFERENCES = 4;

  private final List<Path> files;
  private final @Nullable Path images;
  private final Form form;

  private QuestionSample(List<Path> files, @Nullable Path images, Form form) {
    this.files = files;
    this.images = images;
    this.form = form;
  }

  /**
   * A question with what its answer is held against.
   *
   * @param question what the model is asked
   * @param shown the question as people read it
   * @param reference the answer of the data; several are joined
   * @param score of an answer, from 0 (wrong) to 1
   * @param maxNewTokens tokens after which an answer is cut off
   */
  public record Asked(
      Question question,
      String shown,
      String reference,
      ToDoubleFunction<String> score,
      int maxNewTokens) {}

  /** How rows are read. */
  private interface Form {

    boolean asks(Row row);

    Asked read(Row row);
  }

  /**
   * Returns the questions of a benchmark, asked and scored as {@code rsa eval} does.
   *
   * @param data the benchmark's file or directory
   * @throws UserException if there is no data file
   */
  public static QuestionSample of(Benchmark benchmark, Path data) {
    return new QuestionSample(
        TableFiles.find(data),
        null,
        new Form() {
          @Override
          public boolean asks(Row row) {
            return benchmark.asks(row);
          }

          @Override
          public Asked read(Row row) {
            Question question = benchmark.question(row);
            return new Asked(
                question,
                question.text(),
                reference(row),
                answer -> benchmark.judge(row, answer).score(),
                benchmark.maxNewTokens());
          }
        });
  }

  /**
   * Samples of one image, one question and one answer, as training reads them; others are passed
   * over. An answer is right if it equals the gpt turn but for blanks, case and a final period.
   *
   * @param images what image paths are relative to; null for the file's directory
   * @param maxNewTokens tokens after which an answer is cut off
   * @throws UserException if there is no data file
   */
  public static QuestionSample ofConversations(Path data, @Nullable Path images, int maxNewTokens) {
    return new QuestionSample(
        TableFiles.find(data),
        images,
        new Form() {
          @Override
          public boolean asks(Row row) {
            return exchange(row) != null;
          }

          @Override
          public Asked read(Row row) {
            RowSample sample = Objects.requireNonNull(exchange(row));
            String text = sample.conversation().get(0).text().replace(PLACEHOLDER, "").strip();
            String reference = sample.conversation().get(1).text();
            return new Asked(
                new Question(id(row), text, List.of(sample.images().get(0).read())),
                text,
                reference,
                answer -> normalized(answer).equals(normalized(reference)) ? 1 : 0,
                maxNewTokens);
          }
        });
  }

  private static String id(Row row) {
    return row.has("id") ? row.text("id") : row.where();
  }

  /** A sample of one image, one question and one answer; null where it is none. */
  private static @Nullable RowSample exchange(Row row) {
    try {
      RowSample sample = RowColumns.USUAL.sample(row);
      List<Turn> turns = sample.conversation();
      return sample.images().size() == 1
              && turns.size() == 2
              && turns.get(0).role() == Role.HUMAN
              && turns.get(1).role() == Role.GPT
              && turns.stream().noneMatch(turn -> turn.text().isEmpty())
          ? sample
          : null;
    } catch (UnusableRowException e) {
      return null;
    }
  }

  private static String normalized(String text) {
    String lower = text.strip().toLowerCase(Locale.ROOT);
    return lower.endsWith(".") ? lower.substring(0, lower.length() - 1).strip() : lower;
  }

  /** What benchmarks hold under {@code answer} or {@code answers}. */
  private static String reference(Row row) {
    Object value = row.has("answer") ? row.value("answer") : row.value("answers");
    Set<String> texts = new LinkedHashSet<>();
    if (value instanceof List<?> list) {
      for (Object one : list) {
        texts.add(String.valueOf(one instanceof Map<?, ?> map ? map.get("answer") : one));
      }
    } else if (value != null) {
      texts.add(value.toString());
    }
    List<String> shown = texts.stream().limit(SHOWN_REFERENCES).toList();
    return String.join(" / ", shown) + (texts.size() > shown.size() ? " / …" : "");
  }

  /**
   * Draws questions. Those whose images can't be read are passed over with a warning.
   *
   * @param count how many at most
   * @param seed of the draw
   * @return in the order drawn, at least one
   * @throws UserException if the data is damaged, or no question can be used
   */
  public List<Asked> draw(int count, long seed) {
    List<Integer> numbers = new ArrayList<>();
    forEach(
        (number, row) -> {
          if (form.asks(row)) {
            numbers.add(number);
          }
        });
    Collections.shuffle(numbers, new Random(seed));
    List<Integer> chosen = numbers.subList(0, Math.min(count, numbers.size()));
    Set<Integer> wanted = new TreeSet<>(chosen);
    Map<Integer, Asked> read = new HashMap<>();
    forEach(
        (number, row) -> {
          if (wanted.contains(number)) {
            try {
              read.put(number, form.read(row));
            } catch (UserException e) {
              if (e.getCause() instanceof OutOfMemoryError) {
                throw e;
              }
              LOG.warn("left out: {}", e.getMessage());
            }
          }
        });
    List<Asked> asked = chosen.stream().filter(read::containsKey).map(read::get).toList();
    if (asked.isEmpty()) {
      throw new UserException(
          files.get(0).toString(),
          "no usable question among " + numbers.size(),
          "give a benchmark's data with --benchmark, or LLaVA JSON of one image, question, answer");
    }
    return asked;
  }

  /** What looks at a row. */
  private interface RowUse {
    void accept(int number, Row row);
  }

  private void forEach(RowUse use) {
    try (RowSource rows = TableFiles.open(files, images)) {
      int number = 0;
      for (Row row = rows.next(); row != null; row = rows.next()) {
        use.accept(number++, row);
      }
    }
  }
}
