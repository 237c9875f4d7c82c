package org.rsavlm.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.models.generation.Generation;
import org.rsavlm.models.generation.GenerationOptions;
import org.rsavlm.models.generation.Generator;
import org.rsavlm.models.generation.Prompt;
import org.rsavlm.models.generation.PromptMaker;
import org.rsavlm.models.hub.HfDirectory;
import org.rsavlm.models.image.ImageReader;
import org.rsavlm.models.llava.VisionLanguageModel;
import org.rsavlm.models.llava.VlmConfig;
import org.rsavlm.models.llava.VlmDirectory;
import org.rsavlm.models.text.PromptTemplate;
import org.rsavlm.models.text.Tokenizer;

class GenerateCommandTest {

  private static final JsonMapper JSON = new JsonMapper();

  @TempDir static Path temp;
  private static Path model;
  private static String red;
  private static String blue;

  /** A fixture's shape with the test tokenizer's vocabulary and random weights. */
  @BeforeAll
  static void writeModelAndImages() throws IOException {
    model = temp.resolve("model");
    ObjectNode config = TinyCheckpoint.config();
    config.set("image_grid_pinpoints", JSON.readTree("[[18, 36], [36, 36]]"));
    TinyCheckpoint.write(model, config, 1);
    red = image("red.png", 0xff2010);
    blue = image("blue.png", 0x0030e0);
  }

  private static String image(String name, int rgb) throws IOException {
    BufferedImage image = new BufferedImage(30, 24, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 24; i++) {
      image.setRGB(i, i, rgb);
    }
    Path file = temp.resolve(name);
    ImageIO.write(image, "png", file.toFile());
    return file.toString();
  }

  private static CommandLineRun generate(Path directory, String... more) {
    List<String> args = new ArrayList<>(List.of("generate", "--model", directory.toString()));
    args.addAll(List.of(more));
    return CommandLineRun.of(args.toArray(new String[0]));
  }

  private static JsonNode answer(String... more) throws IOException {
    List<String> args = new ArrayList<>(List.of(more));
    args.addAll(List.of("--max-new-tokens", "24", "--json"));
    CommandLineRun run = generate(model, args.toArray(new String[0]));
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out()).hasLineCount(1);
    return JSON.readTree(run.out());
  }

  @Test
  void answersAsTheLibraryDoes() throws IOException {
    JsonNode found = answer("--image", red, blue, "--prompt", "What differs?");
    try (NDManager manager = NDManager.newBaseManager();
        Tokenizer tokenizer = Tokenizer.load(model)) {
      VisionLanguageModel loaded = VlmDirectory.load(manager, model, TorchDtype.FLOAT32);
      PromptMaker maker =
          new PromptMaker(
              tokenizer, PromptTemplate.QWEN_1_5, VlmDirectory.tiler(new HfDirectory(model)));
      Generation wanted =
          Generator.of(loaded)
              .generate(
                  manager,
                  List.of(
                      maker.question(
                          "What differs?",
                          List.of(
                              ImageReader.read(Path.of(red)), ImageReader.read(Path.of(blue))))),
                  GenerationOptions.greedy(24))
              .get(0);
      assertThat(JSON.convertValue(found.get("token_ids"), long[].class)).isEqualTo(wanted.ids());
      assertThat(JSON.convertValue(found.get("logprobs"), double[].class))
          .isEqualTo(wanted.logProbabilities());
      assertThat(found.get("text").textValue())
          .isEqualTo(StreamingDetokenizer.decode(tokenizer, wanted.ids()))
          .isNotEmpty();
    }
    assertThat(found.get("finish").textValue()).isEqualTo("length");
    assertThat(answer("--image", blue, red, "--prompt", "What differs?").get("logprobs"))
        .isNotEqualTo(found.get("logprobs"));
  }

  @Test
  void anImageAloneIsTiledUnlessTheModelReadsBaseImages() throws IOException {
    JsonNode tiled = answer("--image", red, "--prompt", "What?");
    try (NDManager manager = NDManager.newBaseManager();
        Tokenizer tokenizer = Tokenizer.load(model)) {
      VisionLanguageModel loaded = VlmDirectory.load(manager, model, TorchDtype.FLOAT32);
      VlmConfig base = loaded.config().withImages(List.of(), 0);
      for (Path directory : List.of(model, temp.resolve("base"))) {
        if (directory != model) {
          VlmDirectory.save(loaded, base, directory, TinyCheckpoint.TOKENIZER);
        }
        PromptMaker maker =
            new PromptMaker(
                tokenizer, PromptTemplate.QWEN_1_5, VlmDirectory.tiler(new HfDirectory(directory)));
        Prompt prompt = maker.question("What?", List.of(ImageReader.read(Path.of(red))));
        // 30 x 24 pixels in tiles of 18: base image, 2 x 2 tiles
        assertThat(prompt.images().get(0).pixels().size()).isEqualTo(directory == model ? 5 : 1);
        double[] wanted =
            Generator.of(loaded)
                .generate(manager, List.of(prompt), GenerationOptions.greedy(24))
                .get(0)
                .logProbabilities();
        CommandLineRun run =
            generate(
                directory, "--image", red, "--prompt", "What?", "--max-new-tokens", "24", "--json");
        JsonNode found = JSON.readTree(run.out()).get("logprobs");
        assertThat(JSON.convertValue(found, double[].class)).isEqualTo(wanted);
        assertThat(found.equals(tiled.get("logprobs"))).isEqualTo(directory == model);
      }
    }
  }

  @Test
  void withoutJsonTheSameTextIsStreamed() throws IOException {
    String text = answer("--image", red, "--prompt", "What?").get("text").textValue();
    CommandLineRun run =
        generate(model, "--image", red, "--prompt", "What?", "--max-new-tokens", "24");
    assertThat(run.status()).isZero();
    assertThat(run.out()).isEqualTo(text + System.lineSeparator());
    assertThat(run.err()).isEmpty();
  }

  @Test
  void drawsFollowTheSeed() throws IOException {
    JsonNode one = answer("--prompt", "Hi", "--temperature", "0.9", "--seed", "1");
    assertThat(answer("--prompt", "Hi", "--temperature", "0.9", "--seed", "1")).isEqualTo(one);
    assertThat(answer("--prompt", "Hi", "--temperature", "0.9", "--seed", "2")).isNotEqualTo(one);
    JsonNode greedy = answer("--prompt", "Hi");
    assertThat(answer("--prompt", "Hi", "--top-k", "1", "--seed", "2")).isEqualTo(greedy);
    assertThat(answer("--prompt", "Hi", "--temperature", "0")).isEqualTo(greedy);
    assertThat(answer("--prompt", "Hi", "--repetition-penalty", "2")).isNotEqualTo(greedy);
  }

  @Test
  void stopIdsComeFromTheModelDirectory() throws IOException {
    JsonNode ids = answer("--prompt", "Hi").get("token_ids");
    Path copy = Files.createDirectories(temp.resolve("stopping"));
    try (var files = Files.list(model)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    Files.writeString(
        copy.resolve("generation_config.json"), "{\"eos_token_id\": [599, " + ids.get(2) + "]}");
    CommandLineRun run = generate(copy, "--prompt", "Hi", "--json");
    JsonNode found = JSON.readTree(run.out());
    assertThat(found.get("finish").textValue()).isEqualTo("stop");
    assertThat(found.get("token_ids")).hasSizeLessThanOrEqualTo(3).last().isEqualTo(ids.get(2));
  }

  @Test
  void thePlainTemplateNeedsNoQuestion() throws IOException {
    assertThat(answer("--image", red, "--template", "plain").get("token_ids")).isNotEmpty();
  }

  @Test
  void mistakesEndWith2AndOneLine() {
    mistake("--prompt: is missing (give the question)", "--image", red);
    mistake("no such image file", "--image", red + "x", "--prompt", "a");
    mistake("2 <image> for 1 image(s)", "--image", red, "--prompt", "<image> <image>");
    mistake("'chatml' is no prompt template", "--prompt", "a", "--template", "chatml");
    mistake("prompt: is empty", "--template", "plain");
    mistake("top-p: 1.5; allowed is 0 to 1", "--prompt", "a", "--top-p", "1.5");
    mistake("max-new-tokens: 0; allowed is at least 1", "--prompt", "a", "--max-new-tokens", "0");
    mistake("--dtype: 'half'", "--prompt", "a", "--dtype", "half");
    mistake("tokens leave no room; the model takes 512", "--prompt", "x ".repeat(600));
    CommandLineRun run = generate(temp.resolve("nothing"), "--prompt", "a");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("no such directory");
  }

  private static void mistake(String message, String... args) {
    CommandLineRun run = generate(model, args);
    assertThat(run.err()).contains(message).startsWith("error: ").hasLineCount(1);
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void charactersOfSeveralTokensAreHeldBack() {
    try (Tokenizer tokenizer = Tokenizer.load(TinyCheckpoint.TOKENIZER)) {
      String text = "é 🙂🙃 日本 end";
      StreamingDetokenizer detokenizer = new StreamingDetokenizer(tokenizer);
      StringBuilder streamed = new StringBuilder();
      for (long id : tokenizer.encode(text)) {
        String piece = detokenizer.add(id);
        assertThat(piece).doesNotContain("\uFFFD");
        streamed.append(piece);
      }
      assertThat(streamed.append(detokenizer.flush())).hasToString(text);
      assertThat(tokenizer.encode("🙂")).hasSizeGreaterThan(1);
      assertThat(detokenizer.add(tokenizer.vocabularySize() + 3L)).isEmpty();

      // What stays broken is written once it can't become whole any more.
      long half = tokenizer.encode("🙂")[0];
      assertThat(detokenizer.add(half)).isEmpty();
      assertThat(detokenizer.add(half)).isEqualTo("\uFFFD");
      assertThat(detokenizer.add(tokenizer.encode("a")[0])).isEqualTo("\uFFFDa");
    }
  }
}
