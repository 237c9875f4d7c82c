package org.rsavlm.eval.benchmark;

import static org.rsavlm.eval.benchmark.Prompts.LETTER;
import static org.rsavlm.eval.benchmark.Prompts.SHORT;

import java.util.List;
import java.util.Map;

/** Understanding of charts, documents and diagrams: AI2D, ChartQA, DocVQA, InfographicVQA. */
final class DocumentTasks {

  static final List<Benchmark> ALL =
      List.of(
          Benchmark.builder("ai2d", "lmms-lab/ai2d, test")
              .columns("question", "options", "answer", "image")
              .prompt(
                  row -> row.text("question") + "\n" + Prompts.lines(row.texts("options")) + LETTER)
              .scorer(
                  (row, answer) -> {
                    String right = Prompts.letter(Math.toIntExact(row.integer("answer")));
                    String found = ShortAnswer.plain(ShortAnswer.leadingLetter(answer));
                    return ScoredAnswer.of(found.equals(ShortAnswer.plain(right)), Map.of());
                  })
              .build(),
          Benchmark.builder("chartqa", "lmms-lab/ChartQA, test")
              .columns("type", "question", "answer", "image")
              .prompt(row -> row.text("question") + "\nAnswer the question with a single word.")
              .scorer(
                  (row, answer) ->
                      ScoredAnswer.of(
                          ShortAnswer.relaxed(answer, row.text("answer")),
                          Map.of("type", row.text("type"))))
              .aggregation(ScoreAggregation.mean("type"))
              .build(),
          anls("docvqa", "lmms-lab/DocVQA, DocVQA, validation"),
          anls("infovqa", "lmms-lab/DocVQA, InfographicVQA, validation"));

  private DocumentTasks() {}

  private static Benchmark anls(String name, String data) {
    return Benchmark.builder(name, data)
        .columns("questionId", "question", "answers", "image")
        .id("questionId")
        .prompt(row -> row.text("question") + SHORT)
        .maxNewTokens(32)
        .scorer(
            (row, answer) ->
                new ScoredAnswer("", ShortAnswer.anls(answer, row.texts("answers")), Map.of()))
        .build();
  }
}
