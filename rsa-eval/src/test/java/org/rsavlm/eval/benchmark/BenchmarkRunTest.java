package org.rsavlm.eval.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rsavlm.core.UserException;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.models.generation.PromptMaker;
import org.rsavlm.models.hub.JsonConfig;
import org.rsavlm.models.image.ImageProcessor;
import org.rsavlm.models.image.ImageTiler;
import org.rsavlm.models.llava.VisionLanguageModel;
import org.rsavlm.models.llava.VlmConfig;
import org.rsavlm.models.text.PromptTemplate;
import org.rsavlm.models.text.Tokenizer;

/** Whole runs with a small random model, over tables in the data sets' own layout. */
class BenchmarkRunTest {

  private static final JsonMapper JSON = new JsonMapper();
  private static final Path MODELS = Path.of("..", "rsa-models", "src", "test", "resources");
  private static final int ALL = Integer.MAX_VALUE;

  private static NDManager manager;
  private static Tokenizer tokenizer;
  private static Responder model;

  @TempDir Path temp;

  @BeforeAll
  static void makeModel() throws IOException {
    manager = NDManager.newBaseManager();
    tokenizer = Tokenizer.load(MODELS.resolve("org/rsavlm/models/text"));
    Path file = MODELS.resolve("reference/vlm-base-rsa/config.json");
    ObjectNode config = (ObjectNode) JSON.readTree(file.toFile());
    ((ObjectNode) config.get("text_config"))
        .put("vocab_size", 600)
        .put("initializer_range", 0.4)
        .put("max_position_embeddings", 4096);
    config.put("image_token_index", 599);
    VisionLanguageModel random =
        new VisionLanguageModel(VlmConfig.from(JsonConfig.of("test", config)));
    random.allocate(manager, TorchDtype.FLOAT32);
    random.randomize(1);
    PromptMaker prompts =
        new PromptMaker(
            tokenizer, PromptTemplate.QWEN_1_5, ImageTiler.flat(ImageProcessor.siglip(18), 3));
    ModelResponder slow = new ModelResponder(manager, random, prompts, Set.of());
    // The layouts matter here, not the length of the answers.
    model = (questions, tokens) -> slow.answer(questions, Math.min(tokens, 8));
  }

  @AfterAll
  static void close() {
    tokenizer.close();
    manager.close();
  }

  static Stream<String> names() {
    return Benchmarks.all().stream().map(Benchmark::name);
  }

  private static Path table(String name) {
    try {
      return Path.of(BenchmarkRunTest.class.getResource("/benchmark/" + name + ".parquet").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static BenchmarkScore run(String name, Path data, Path out, int limit, Responder by) {
    return new BenchmarkRun(Benchmarks.named(name), data, out, limit, 3)
        .run(by, count -> {}, () -> false);
  }

  /** A model that dies at a batch, as a kill does between two of them. */
  private static Responder dyingAt(int batch, List<String> asked) {
    int[] batches = {0};
    return (questions, tokens) -> {
      if (++batches[0] == batch) {
        throw new OutOfMemoryError("killed");
      }
      questions.forEach(question -> asked.add(question.id()));
      return model.answer(questions, tokens);
    };
  }

  @ParameterizedTest
  @MethodSource("names")
  void aKilledRunGoesOnToTheSameScore(String name) throws IOException {
    Path whole = temp.resolve("whole");
    BenchmarkScore wanted = run(name, table(name), whole, ALL, model);
    assertThat(wanted.questions()).isEqualTo(10);

    Path out = temp.resolve("killed");
    List<String> asked = new ArrayList<>();
    assertThatThrownBy(() -> run(name, table(name), out, ALL, dyingAt(3, asked)))
        .isInstanceOf(OutOfMemoryError.class);
    assertThat(asked).hasSize(6);
    Path answers = out.resolve("answers.jsonl");
    assertThat(answers).hasSameTextualContentAs(prefix(whole.resolve("answers.jsonl"), 6));
    // The kill cut off the last line.
    byte[] bytes = Files.readAllBytes(answers);
    Files.write(answers, java.util.Arrays.copyOf(bytes, bytes.length - 5));

    asked.clear();
    assertThat(run(name, table(name), out, ALL, dyingAt(ALL, asked))).isEqualTo(wanted);
    assertThat(asked).hasSize(5);
    for (String file : List.of("answers.jsonl", "scores.jsonl", "results.json")) {
      assertThat(out.resolve(file)).hasSameTextualContentAs(whole.resolve(file));
    }
  }

  private Path prefix(Path file, int lines) throws IOException {
    return Files.write(temp.resolve("prefix"), Files.readAllLines(file).subList(0, lines));
  }

  @Test
  void theRightAnswersScoreOne() {
    Responder perfect =
        (questions, tokens) -> questions.stream().map(question -> truth(question.id())).toList();
    BenchmarkScore score = run("pope", table("pope"), temp, ALL, perfect);
    assertThat(score.score()).isEqualTo(1);
    assertThat(score.metrics()).containsEntry("f1_score", 1.0);
  }

  private static String truth(String id) {
    return BenchmarkFixture.of("pope").rows().stream()
        .filter(row -> row.text("question_id").equals(id))
        .findFirst()
        .orElseThrow()
        .text("answer");
  }

  @Test
  void aHigherLimitAsksTheRest() {
    List<String> asked = new ArrayList<>();
    assertThat(run("mme", table("mme"), temp, 4, dyingAt(ALL, asked)).questions()).isEqualTo(4);
    assertThat(run("mme", table("mme"), temp, 9, dyingAt(ALL, asked)).questions()).isEqualTo(9);
    assertThat(asked).hasSize(9);
  }

  @Test
  void aStopKeepsTheAnswers() throws IOException {
    int[] batches = {0};
    BenchmarkRun run = new BenchmarkRun(Benchmarks.named("ai2d"), table("ai2d"), temp, ALL, 3);
    assertThat(run.run(model, count -> {}, () -> batches[0]++ == 2)).isNull();
    assertThat(Files.readAllLines(temp.resolve("answers.jsonl"))).hasSize(6);
    assertThat(temp.resolve("results.json")).doesNotExist();
  }

  @Test
  void answersOfAnotherModelAreNotTaken() throws IOException {
    Path a = Files.createDirectories(temp.resolve("a"));
    Files.writeString(a.resolve("model.safetensors"), "weights");
    Path b = Files.createDirectories(temp.resolve("b"));
    Files.writeString(b.resolve("model.safetensors"), "weighty");
    BenchmarkRun run =
        new BenchmarkRun(Benchmarks.named("ai2d"), table("ai2d"), temp.resolve("out"), ALL, 3);
    run.claim(a, "FLOAT32");
    run.claim(a, "FLOAT32");
    assertThatThrownBy(() -> run.claim(b, "FLOAT32"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("another run: model is");
    assertThatThrownBy(() -> run.claim(a, "BFLOAT16"))
        .hasMessageContaining("settings is \"FLOAT32\", now \"BFLOAT16\"");
  }

  @Test
  void answersToOtherDataAreNotTaken() throws IOException {
    Path model = Files.createDirectories(temp.resolve("model"));
    byte[] bytes = Files.readAllBytes(table("ai2d"));
    List<BenchmarkRun> runs = new ArrayList<>();
    for (String directory : List.of("one", "other")) {
      Path data = Files.createDirectories(temp.resolve(directory)).resolve("ai2d.parquet");
      Files.write(data, bytes);
      runs.add(new BenchmarkRun(Benchmarks.named("ai2d"), data, temp.resolve("out"), ALL, 3));
      bytes[bytes.length / 2]++;
    }
    runs.get(0).claim(model, "FLOAT32");
    assertThatThrownBy(() -> runs.get(1).claim(model, "FLOAT32"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("another run: data is");
  }

  @Test
  void mistakesNameThePlace() {
    assertThatThrownBy(() -> Benchmarks.named("mmmmu"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("'mmmmu' is unknown (choose one of mmmu, mmmu-pro");
    assertThatThrownBy(() -> run("chartqa", table("pope"), temp, ALL, model))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("pope.parquet, row 0: no column type; chartqa needs it");
    assertThatThrownBy(() -> run("pope", temp.resolve("none"), temp, ALL, model))
        .hasMessageContaining("no such file or directory");
    assertThatThrownBy(() -> new BenchmarkRun(Benchmarks.named("pope"), table("pope"), temp, 0, 1))
        .hasMessageContaining("limit: is 0");
  }
}
