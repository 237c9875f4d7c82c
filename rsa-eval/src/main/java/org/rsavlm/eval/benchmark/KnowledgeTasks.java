package org.rsavlm.eval.benchmark;

import static org.rsavlm.eval.benchmark.Prompts.LETTER;
import static org.rsavlm.eval.benchmark.Prompts.SHORT;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rsavlm.core.UserException;
import org.rsavlm.models.image.RgbImage;
import org.rsavlm.models.table.Row;

/**
 * Multidisciplinary reasoning and knowledge: MMMU, MMMU-Pro, MMStar, ScienceQA, MMBench, OK-VQA.
 */
final class KnowledgeTasks {

  private static final Pattern IMAGE = Pattern.compile("<image (\\d+)>");
  private static final Pattern SUBJECT = Pattern.compile("[^_]*_(.+?)_\\d+");
  private static final List<String> MMBENCH_LETTERS = List.of("A", "B", "C", "D", "E");
  private static final String MMBENCH_CN = "\n请直接使用所提供的选项字母作为答案回答。";

  /** Rotations of a question of MMBench have indices that differ by multiples of this. */
  private static final long MMBENCH_ROTATION = 1_000_000;

  static final List<Benchmark> ALL =
      List.of(
          Benchmark.builder("mmmu", "lmms-lab/MMMU, validation")
              .columns("id", "question", "options", "answer", "question_type")
              .id("id")
              .prompt(KnowledgeTasks::mmmuPrompt)
              .images(row -> mmmuImages(row, mmmuPrompt(row)))
              .maxNewTokens(128)
              .scorer(KnowledgeTasks::mmmu)
              .aggregation(ScoreAggregation.mean("subject", "question_type"))
              .build(),
          Benchmark.builder("mmmu-pro", "MMMU/MMMU_Pro, standard (10 options), test")
              .columns("id", "question", "options", "answer", "subject")
              .id("id")
              .prompt(KnowledgeTasks::mmmuProPrompt)
              .images(row -> mmmuImages(row, mmmuProPrompt(row)))
              .maxNewTokens(256)
              .scorer(
                  (row, answer) ->
                      ScoredAnswer.of(
                          MmmuAnswer.letter(answer, PythonList.of(row, "options"))
                              .equals(row.text("answer")),
                          Map.of("subject", row.text("subject"))))
              .aggregation(ScoreAggregation.mean("subject"))
              .build(),
          Benchmark.builder("mmstar", "Lin-Chen/MMStar, val")
              .columns("index", "question", "image", "answer", "category", "l2_category")
              .id("index")
              .prompt(
                  row ->
                      PythonText.strip(row.text("question")).replace(Prompts.YES_OR_NO, "")
                          + LETTER.substring(0, LETTER.length() - 1))
              .scorer(
                  (row, answer) ->
                      ScoredAnswer.of(
                          ChoiceLetter.find(answer, "ABCD").equals(upper(row.text("answer"))),
                          Map.of(
                              "category",
                              row.text("category"),
                              "l2_category",
                              row.text("l2_category"))))
              .aggregation(ScoreAggregation.meanOverMeans("category", "l2_category"))
              .build(),
          Benchmark.builder("scienceqa", "lmms-lab/ScienceQA, ScienceQA-IMG, test")
              .columns("question", "choices", "answer", "hint", "image")
              .prompt(
                  row -> {
                    String hint = row.has("hint") ? row.text("hint") : "";
                    return (hint.isEmpty() ? "" : "Context: " + hint + "\n")
                        + row.text("question")
                        + "\n"
                        + Prompts.lines(row.texts("choices"))
                        + LETTER;
                  })
              .images(row -> row.has("image") ? List.of(row.image("image")) : List.of())
              .scorer(KnowledgeTasks::scienceQa)
              .aggregation(ScoreAggregation.mean("subject"))
              .build(),
          mmBench("mmbench-en", "lmms-lab/MMBench, en, dev", LETTER, 1024, false),
          mmBench("mmbench-cn", "lmms-lab/MMBench, cn, dev", MMBENCH_CN, 256, true),
          Benchmark.builder("ok-vqa", "lmms-lab/OK-VQA, val2014")
              .columns("question_id", "question", "answers", "image")
              .id("question_id")
              .prompt(
                  row ->
                      row.text("question")
                          + "\nWhen the provided information is insufficient, respond with"
                          + " 'Unanswerable'."
                          + SHORT)
              .maxNewTokens(32)
              .scorer(
                  (row, answer) ->
                      new ScoredAnswer(
                          "", VqaAnswer.accuracy(answer, row.texts("answers")), Map.of()))
              .build());

  private KnowledgeTasks() {}

  private static String upper(String text) {
    return PythonText.strip(text).toUpperCase(java.util.Locale.ROOT);
  }

  private static boolean isChoice(Row row) {
    return row.text("question_type").equals("multiple-choice");
  }

  private static String mmmuPrompt(Row row) {
    return isChoice(row) ? optionsPrompt(row) + "\n" + LETTER : row.text("question") + "\n" + SHORT;
  }

  private static String mmmuProPrompt(Row row) {
    return optionsPrompt(row)
        + "\n\nAnswer with the option letter from the given choices directly.";
  }

  private static String optionsPrompt(Row row) {
    return row.text("question") + "\n" + Prompts.lines(PythonList.of(row, "options"));
  }

  /** The images that the prompt names, each once, in the order of their columns' names. */
  private static List<RgbImage> mmmuImages(Row row, String prompt) {
    TreeSet<String> columns = new TreeSet<>();
    Matcher matcher = IMAGE.matcher(prompt);
    while (matcher.find()) {
      columns.add("image_" + matcher.group(1));
    }
    List<RgbImage> images = new ArrayList<>();
    columns.forEach(column -> images.add(row.image(column)));
    return images;
  }

  private static ScoredAnswer mmmu(Row row, String answer) {
    Matcher id = SUBJECT.matcher(row.text("id"));
    if (!id.matches()) {
      throw new UserException(
          row.where(),
          "id '" + row.text("id") + "' names no subject",
          "ids look like validation_Art_1");
    }
    String right = row.text("answer");
    boolean open = !isChoice(row);
    boolean hit =
        open
            ? MmmuAnswer.openMatch(
                answer, right.startsWith("[") ? PythonList.of(row, "answer") : List.of(right))
            : MmmuAnswer.letter(answer, PythonList.of(row, "options")).equals(right);
    return ScoredAnswer.of(
        hit, Map.of("subject", id.group(1), "question_type", row.text("question_type")));
  }

  private static ScoredAnswer scienceQa(Row row, String answer) {
    String right = Prompts.letter(Math.toIntExact(row.integer("answer")));
    boolean hit = PythonText.lower(answer).equals(PythonText.lower(right));
    if (!hit && answer.length() >= 2 && answer.charAt(1) == '.') {
      hit = answer.charAt(0) == right.charAt(0);
    }
    return ScoredAnswer.of(
        hit, row.has("subject") ? Map.of("subject", row.text("subject")) : Map.of());
  }

  private static Benchmark mmBench(
      String name, String data, String post, int tokens, boolean hintOfNanIsShown) {
    return Benchmark.builder(name, data)
        .columns("index", "question", "hint", "answer", "A", "B", "image", "category")
        .id("index")
        .prompt(
            row -> {
              String hint = row.textOrNull("hint");
              boolean shown = hint != null && (hintOfNanIsShown || !hint.equals("nan"));
              StringBuilder text = new StringBuilder(shown ? hint + " " : "");
              text.append(row.text("question")).append(" There are several options:");
              mmBenchChoices(row, MMBENCH_LETTERS)
                  .forEach(
                      (letter, choice) -> {
                        if (!choice.isEmpty() && !choice.equals("nan")) {
                          text.append("\n").append(letter).append(". ").append(choice);
                        }
                      });
              return text.append("\n").append(post).toString();
            })
        .maxNewTokens(tokens)
        .scorer(KnowledgeTasks::mmBench)
        .aggregation(ScoreAggregation.circular("first", "category", "L2-category"))
        .build();
  }

  /** A choice that a question lacks is null or the text nan, which the scorer takes for a text. */
  private static Map<String, String> mmBenchChoices(Row row, List<String> letters) {
    Map<String, String> choices = new LinkedHashMap<>();
    for (String letter : letters) {
      String choice = row.textOrNull(letter);
      if (choice != null) {
        choices.put(letter, choice);
      }
    }
    return choices;
  }

  private static ScoredAnswer mmBench(Row row, String answer) {
    Map<String, String> choices = mmBenchChoices(row, MMBENCH_LETTERS.subList(0, 4));
    boolean hit = MmBenchAnswer.letter(answer, choices).equals(row.text("answer"));
    long index = row.integer("index");
    Map<String, String> tags = new LinkedHashMap<>();
    tags.put("category", row.text("category"));
    if (row.has("L2-category")) {
      tags.put("L2-category", row.text("L2-category"));
    }
    if (index < MMBENCH_ROTATION) {
      tags.put("first", "yes");
    }
    return new ScoredAnswer(String.valueOf(index % MMBENCH_ROTATION), hit ? 1 : 0, tags);
  }
}
