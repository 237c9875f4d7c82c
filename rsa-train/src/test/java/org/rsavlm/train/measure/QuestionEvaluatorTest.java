package org.rsavlm.train.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rsavlm.core.UserException;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.eval.result.SeedValues;
import org.rsavlm.eval.result.StageResult;
import org.rsavlm.models.generation.GenerationOptions;
import org.rsavlm.models.generation.Generator;
import org.rsavlm.models.generation.Prompt;
import org.rsavlm.models.image.ImageReader;
import org.rsavlm.models.llava.VisionLanguageModel;
import org.rsavlm.models.text.PromptTemplate;
import org.rsavlm.models.text.Tokenized;
import org.rsavlm.models.text.Tokenizer;
import org.rsavlm.train.data.Sample;
import org.rsavlm.train.data.SampleSource;

class QuestionEvaluatorTest {

  @TempDir private static Path dir;
  private static TinyWorld world;
  private static List<Sample> samples;

  @BeforeAll
  static void write() {
    world = new TinyWorld(dir);
    samples = TinyWorld.samples(world.source(world.files.heldOutQuestions()));
  }

  @AfterAll
  static void forget() {
    world.close();
  }

  private static QuestionEvaluator evaluator(int batchSize) {
    return new QuestionEvaluator(
        world.tokenizer, PromptTemplate.QWEN_1_5, world.tiler, TinyWorld.MAX_LENGTH, batchSize);
  }

  /** Answers in the order of the file: right ones in another form, every third one wrong. */
  private static Answerer knowing(List<Prompt> seen, List<Integer> batches) {
    return prompts -> {
      batches.add(prompts.size());
      List<long[]> answers = new ArrayList<>();
      for (Prompt prompt : prompts) {
        String right = samples.get(seen.size()).conversations().get(1).text();
        String text =
            seen.size() % 3 == 0
                ? "not " + right
                : " " + right.toUpperCase(Locale.ROOT) + (seen.size() % 2 == 0 ? ". " : "\n");
        long[] ids = world.tokenizer.encode(text);
        long[] ended = Arrays.copyOf(ids, ids.length + 1);
        ended[ids.length] = world.tokenizer.idOf(Tokenizer.IM_END);
        answers.add(ended);
        seen.add(prompt);
      }
      return answers;
    };
  }

  @ParameterizedTest
  @CsvSource({"1", "8", "64"})
  void firstQuestionsAreAskedInOrderAndJudged(int batchSize) {
    List<Prompt> seen = new ArrayList<>();
    List<Integer> batches = new ArrayList<>();
    QuestionResult result =
        evaluator(batchSize)
            .evaluate(world.source(world.files.heldOutQuestions()), 30, knowing(seen, batches));
    assertThat(result.answers()).hasSize(30);
    assertThat(result.rejected()).isZero();
    assertThat(result.accuracy()).isEqualTo(20.0 / 30);
    assertThat(batches).hasSize((30 + batchSize - 1) / batchSize).allMatch(n -> n <= batchSize);
    for (int i = 0; i < 30; i++) {
      Sample sample = samples.get(i);
      AnsweredQuestion answered = result.answers().get(i);
      assertThat(answered.id()).isEqualTo(sample.id());
      assertThat("<image>\n" + answered.question()).isEqualTo(sample.conversations().get(0).text());
      assertThat(answered.reference()).isEqualTo(sample.conversations().get(1).text());
      assertThat(answered.isRight()).isEqualTo(i % 3 != 0);
      assertThat(seen.get(i).images()).hasSize(1);
      assertThat(seen.get(i).images().get(0).base())
          .isEqualTo(world.processor.pixelValues(ImageReader.read(answered.picture())));
    }
  }

  @Test
  void aPromptIsTheTrainedSequenceUpToItsAnswer() {
    List<Prompt> seen = new ArrayList<>();
    evaluator(4)
        .evaluate(
            world.source(world.files.heldOutQuestions()), 10, knowing(seen, new ArrayList<>()));
    for (int i = 0; i < 10; i++) {
      long[] trained =
          PromptTemplate.QWEN_1_5.render(world.tokenizer, samples.get(i).conversations(), 1).ids();
      long[] prompt = seen.get(i).ids();
      assertThat(prompt).contains(Tokenized.IMAGE);
      // The line break before the answer may be one token with the answer's start: compare text.
      String whole = text(trained);
      assertThat(whole).startsWith(text(prompt));
      assertThat(whole.substring(text(prompt).length()))
          .isEqualTo(samples.get(i).conversations().get(1).text() + "<|im_end|>\n");
    }
  }

  private static String text(long[] ids) {
    return world.tokenizer.decode(
        Arrays.stream(ids).filter(id -> id != Tokenized.IMAGE).toArray(), false);
  }

  @Test
  void answersAreComparedWithoutCaseBlanksAndOneFinalPeriod() {
    assertThat(judge("Dark Red", " dark red.")).isTrue();
    assertThat(judge("two.", "TWO")).isTrue();
    assertThat(judge("two", "two..")).isFalse();
    assertThat(judge("two", "two shapes")).isFalse();
    assertThat(judge("no", "")).isFalse();
  }

  private static boolean judge(String reference, String answer) {
    return new AnsweredQuestion("a", Path.of("a.png"), "?", reference, answer).isRight();
  }

  @Test
  void idsBeyondTheTokenizerHaveNoText() {
    Answerer padding = prompts -> prompts.stream().map(q -> new long[] {99_999, 198}).toList();
    QuestionResult result =
        evaluator(4).evaluate(world.source(world.files.heldOutQuestions()), 2, padding);
    assertThat(result.answers()).allMatch(a -> a.answer().equals("\n"));
    assertThat(result.accuracy()).isZero();
  }

  @Test
  void dialoguesArePassedOverAndBrokenSamplesCounted(@TempDir Path own) throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(world.files.heldOutQuestions()));
    lines.remove(0);
    lines.remove(lines.size() - 1);
    lines.replaceAll(line -> line.replaceAll(",$", ""));
    lines.set(1, lines.get(1).replaceAll("heldout/\\d+\\.png", "heldout/none.png"));
    String twice =
        lines.get(2).replaceAll("\"conversations\":\\[(.*)\\]", "\"conversations\":[$1,$1]");
    lines.set(2, twice.replaceFirst("(.*)<image>", "$1"));
    Path file = Files.write(own.resolve("questions.jsonl"), lines.subList(0, 6));
    Answerer silent = prompts -> prompts.stream().map(q -> new long[0]).toList();
    QuestionResult result =
        evaluator(4).evaluate(SampleSource.of(file, world.files.images()), 100, silent);
    assertThat(result.rejected()).isEqualTo(1);
    assertThat(result.answers().stream().map(AnsweredQuestion::id).toList())
        .isEqualTo(List.of(0, 3, 4, 5).stream().map(i -> samples.get(i).id()).toList());
  }

  @Test
  void aFileWithoutSingleQuestionsIsAUserFault() {
    Answerer silent = prompts -> prompts.stream().map(q -> new long[0]).toList();
    assertThatThrownBy(
            () -> evaluator(4).evaluate(world.source(world.files.questions()), 5, silent))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("stage2_questions.json")
        .hasMessageContaining("no usable question");
  }

  @Test
  void accuracyJoinsTheStage() {
    QuestionResult result =
        new QuestionResult(
            List.of(
                new AnsweredQuestion("a", Path.of("a.png"), "?", "yes", "yes"),
                new AnsweredQuestion("b", Path.of("b.png"), "?", "yes", "no")),
            0);
    StageResult stage = new StageResult("2", Map.of("lm_loss", SeedValues.of(1.5)), null);
    assertThat(result.addTo(stage).measures())
        .containsEntry("qa_accuracy", SeedValues.of(0.5))
        .containsEntry("lm_loss", SeedValues.of(1.5))
        .hasSize(2);
    assertThat(Set.copyOf(stage.measures().keySet())).containsExactly("lm_loss");
  }

  @Test
  void aModelAnswersTheSameAloneAndInBatches() {
    try (NDManager manager = NDManager.newBaseManager();
        NDManager own = manager.newSubManager()) {
      VisionLanguageModel model = world.model(manager, TorchDtype.FLOAT64, false);
      Answerer answerer = Answerer.greedy(own, model, world.tokenizer, 9);
      List<Prompt> seen = new ArrayList<>();
      Answerer watched =
          prompts -> {
            seen.addAll(prompts);
            return answerer.answer(prompts);
          };
      SampleSource source = world.source(world.files.heldOutQuestions());
      QuestionResult alone = evaluator(1).evaluate(source, 12, watched);
      assertThat(evaluator(5).evaluate(source, 12, answerer)).isEqualTo(alone);
      assertThat(alone.answers().stream().map(AnsweredQuestion::answer).distinct().count())
          .isGreaterThan(1);
      GenerationOptions options =
          GenerationOptions.greedy(9)
              .withStopIds(
                  Set.of(
                      world.tokenizer.idOf(Tokenizer.IM_END),
                      world.tokenizer.idOf(Tokenizer.END_OF_TEXT)));
      for (int i = 0; i < 12; i++) {
        long[] ids = Generator.of(model).generate(own, List.of(seen.get(i)), options).get(0).ids();
        assertThat(alone.answers().get(i).answer()).isEqualTo(world.tokenizer.decode(ids, true));
      }
      assertThat(own.getManagedArrays()).isEmpty();
    }
  }
}
