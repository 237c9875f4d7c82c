package org.rsavlm.eval.benchmark;

import static org.rsavlm.eval.benchmark.Prompts.LETTER;
import static org.rsavlm.eval.benchmark.Prompts.SHORT;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.rsavlm.models.table.Row;

/** General visual understanding and perception: SeedBench, RealWorldQA, POPE, MME. */
final class PerceptionTasks {

  private static final List<String> MME_PERCEPTION =
      List.of(
          "existence",
          "count",
          "position",
          "color",
          "posters",
          "celebrity",
          "scene",
          "landmark",
          "artwork",
          "OCR");

  static final List<Benchmark> ALL =
      List.of(
          Benchmark.builder("seedbench", "lmms-lab/SEED-Bench, test (its images)")
              .columns("question_id", "question", "answer", "choice_a", "data_type", "image")
              .id("question_id")
              .onlyRows(row -> row.text("data_type").equals("image"))
              .prompt(
                  row ->
                      row.text("question")
                          + "\n"
                          + Prompts.lines(
                              List.of(
                                  row.text("choice_a"),
                                  row.text("choice_b"),
                                  row.text("choice_c"),
                                  row.text("choice_d")))
                          + LETTER)
              .images(row -> row.images("image"))
              .scorer(PerceptionTasks::seedBench)
              .aggregation(ScoreAggregation.mean("question_type_id"))
              .build(),
          Benchmark.builder("realworldqa", "lmms-lab/RealWorldQA, test")
              .columns("question", "answer", "image")
              .prompt(row -> PythonText.strip(row.text("question")))
              .scorer(PerceptionTasks::realWorldQa)
              .aggregation(ScoreAggregation.mean("kind"))
              .build(),
          Benchmark.builder("pope", "lmms-lab/POPE, test")
              .columns("question_id", "question", "answer", "image")
              .id("question_id")
              .prompt(row -> PythonText.strip(row.text("question")) + SHORT)
              .maxNewTokens(128)
              .scorer(PerceptionTasks::pope)
              .aggregation(ScoreAggregation.yesNo("category"))
              .build(),
          Benchmark.builder("mme", "lmms-lab/MME, test")
              .columns("question_id", "question", "answer", "category", "image")
              .id("question_id")
              .prompt(
                  row ->
                      PythonText.strip(row.text("question")).replace(Prompts.YES_OR_NO, "") + SHORT)
              .scorer(
                  (row, answer) ->
                      new ScoredAnswer(
                          row.text("question_id"),
                          ShortAnswer.yesOrNo(answer)
                                  .equals(ShortAnswer.yesOrNo(row.text("answer")))
                              ? 1
                              : 0,
                          Map.of("category", row.text("category"))))
              .aggregation(ScoreAggregation.mme(MME_PERCEPTION))
              .build());

  private PerceptionTasks() {}

  private static ScoredAnswer seedBench(Row row, String answer) {
    String first = answer.isEmpty() ? "" : answer.substring(0, answer.offsetByCodePoints(0, 1));
    boolean hit = plain(first).equals(plain(row.text("answer")));
    String type = row.has("question_type_id") ? row.text("question_type_id") : "";
    return ScoredAnswer.of(hit, Map.of("question_type_id", type));
  }

  private static ScoredAnswer realWorldQa(Row row, String answer) {
    String right = PythonText.strip(row.text("answer"));
    String letter = right.toUpperCase(Locale.ROOT);
    if (List.of("A", "B", "C", "D").contains(letter)) {
      return ScoredAnswer.of(
          ChoiceLetter.find(answer, "ABCD").equals(letter), Map.of("kind", "multiple-choice"));
    }
    String found = PythonText.stripEnd(plain(answer), '.');
    return ScoredAnswer.of(found.equals(PythonText.lower(right)), Map.of("kind", "open"));
  }

  private static ScoredAnswer pope(Row row, String answer) {
    String found = plain(answer);
    String right = plain(row.text("answer"));
    return ScoredAnswer.of(
        found.equals(right),
        Map.of(
            "answer",
            found,
            "truth",
            right,
            "category",
            row.has("category") ? row.text("category") : ""));
  }

  private static String plain(String text) {
    return PythonText.strip(PythonText.lower(text));
  }
}
