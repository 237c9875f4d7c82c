package org.rsavlm.train.measure;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rsavlm.eval.result.Measure;
import org.rsavlm.eval.result.SeedValues;
import org.rsavlm.eval.result.StageResult;

/**
 * Answers to held-out questions.
 *
 * @param answers in file order, at least one
 * @param rejected number of samples that could not be used, such as one whose picture is missing
 */
public record QuestionResult(List<AnsweredQuestion> answers, int rejected) {

  /** Copies the list. */
  public QuestionResult {
    answers = List.copyOf(answers);
    if (answers.isEmpty()) {
      throw new IllegalArgumentException("at least one answer is needed");
    }
  }

  /** Returns the share of right answers, 0 to 1. */
  public double accuracy() {
    return (double) answers.stream().filter(AnsweredQuestion::isRight).count() / answers.size();
  }

  /** Returns the stage with its accuracy added, under the key of {@link Measure#QA_ACCURACY}. */
  public StageResult addTo(StageResult stage) {
    Map<String, SeedValues> measures = new LinkedHashMap<>(stage.measures());
    measures.put(Measure.QA_ACCURACY.key(), SeedValues.of(accuracy()));
    return new StageResult(stage.stage(), measures, stage.grid());
  }
}
