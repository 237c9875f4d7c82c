package org.rsavlm.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rsavlm.core.io.AtomicFiles;
import org.rsavlm.train.demo.DemoFiles;
import org.rsavlm.train.demo.DemoTokenizer;
import org.rsavlm.train.demo.SceneDataset;

/**
 * What a user can get wrong around {@code rsa train}: one line each, status 2, no model written.
 */
class BadInputTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path shared;
  private static DemoFiles original;

  @TempDir Path temp;
  private Path data;

  @BeforeAll
  static void draw() {
    original =
        SceneDataset.write(shared.resolve("data"), new SceneDataset.Parameters(24, 8, 4, 64, 5));
    DemoTokenizer.write(original);
  }

  @BeforeEach
  void copy() throws IOException {
    data = temp.resolve("data");
    try (Stream<Path> tree = Files.walk(original.directory())) {
      for (Path from : tree.toList()) {
        Path to = data.resolve(original.directory().relativize(from).toString());
        if (Files.isDirectory(from)) {
          Files.createDirectories(to);
        } else {
          Files.copy(from, to);
        }
      }
    }
  }

  private CommandLineRun train(String... more) {
    return trainStage("1", more);
  }

  private CommandLineRun trainStage(String stage, String... more) {
    List<String> args =
        new ArrayList<>(List.of("train", "--config", "../configs/debug.yaml", "--stage", stage));
    for (String set :
        List.of(
            "data_dir=" + data,
            "model.tokenizer=" + data.resolve("tokenizer"),
            "stages[1].max_steps=2",
            "evaluation=null")) {
      args.addAll(List.of("--set", set));
    }
    args.addAll(List.of("--out", temp.resolve("run").toString()));
    args.addAll(Arrays.asList(more));
    return CommandLineRun.of(args.toArray(new String[0]));
  }

  private void assertRefused(CommandLineRun run, String... parts) {
    List<String> errors = run.err().lines().filter(line -> line.startsWith("error: ")).toList();
    assertThat(errors).as(run.err()).hasSize(1);
    assertThat(errors.get(0)).contains(parts).endsWith(")");
    assertThat(run.err()).doesNotContain("\tat ");
    assertThat(run.status()).isEqualTo(2);
    assertThat(temp.resolve("run/model")).doesNotExist();
  }

  private void edit(String file, Consumer<ArrayNode> change) throws IOException {
    ArrayNode samples = (ArrayNode) JSON.readTree(data.resolve(file).toFile());
    change.accept(samples);
    JSON.writeValue(data.resolve(file).toFile(), samples);
  }

  @Test
  void theUntouchedDataTrains() {
    CommandLineRun run = train();
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(temp.resolve("run/model/model.safetensors")).exists();
  }

  @Test
  void aMisspeltKeyOfTheRecipe() {
    assertRefused(
        train("--set", "stages[1].learnig_rate.vision=1"), "learnig_rate", "learning_rate");
  }

  @Test
  void aValueOutOfRange() {
    assertRefused(train("--set", "stages[1].rsa.lambda=-1"), "lambda", "-1");
  }

  @Test
  void aRecipeThatIsNotThere() {
    assertRefused(
        CommandLineRun.of("train", "--config", "no-such.yaml", "--out", temp + "/run"),
        "no-such.yaml");
  }

  @Test
  void aStageThatTheRecipeDoesNotHave() {
    assertRefused(trainStage("3"), "no stage '3'", "0, 1, 1.5, 2");
  }

  @Test
  void aDataFileThatIsNotThere() throws IOException {
    Files.delete(data.resolve("stage1_captions.json"));
    assertRefused(train(), "stage1_captions.json");
  }

  @Test
  void aDataFileThatIsNoJson() throws IOException {
    Files.writeString(data.resolve("stage1_captions.json"), "[{\"id\": 1, nonsense]");
    assertRefused(train(), "stage1_captions");
  }

  @Test
  void aDataFileWithoutSamples() throws IOException {
    Files.writeString(data.resolve("stage1_captions.json"), "[]");
    assertRefused(train(), "stage1_captions.json");
  }

  @Test
  void brokenSamplesAboveTheAllowedShareAreNamedWithTheirReasons() throws IOException {
    Files.delete(data.resolve("images/train/000003.png"));
    Files.writeString(data.resolve("images/train/000004.png"), "no picture");
    edit(
        "stage1_captions.json",
        samples -> {
          ((ObjectNode) samples.get(5).get("conversations").get(1)).put("value", "  ");
          ((ObjectNode) samples.get(6)).put("image", "../../secret.png");
        });
    assertRefused(train("--set", "stages[1].max_steps=4"), "rejected", "max_rejected_share");
    assertThat(temp.resolve("run/rejected.jsonl"))
        .content()
        .contains("train-000003", "train-000004", "train-000005", "train-000006")
        .hasLineCount(4);
  }

  @Test
  void brokenSamplesWithinTheAllowedShareAreLeftOutAndCounted() throws IOException {
    Files.delete(data.resolve("images/train/000003.png"));
    CommandLineRun run =
        train("--set", "loader.max_rejected_share=0.2", "--set", "stages[1].max_steps=4");
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(temp.resolve("run/rejected.jsonl"))
        .content()
        .contains("train-000003", "000003.png")
        .hasLineCount(1);
    assertThat(temp.resolve("run/metrics.jsonl")).content().containsPattern("\"skipped\":[12]");
  }

  @Test
  void aTokenizerWithoutSpecialTokens() throws IOException {
    Path file = data.resolve("tokenizer/tokenizer.json");
    ObjectNode tokenizer = (ObjectNode) JSON.readTree(file.toFile());
    tokenizer.putArray("added_tokens");
    JSON.writeValue(file.toFile(), tokenizer);
    assertRefused(train(), "tokenizer", "<|im_start|>");
  }

  @Test
  void aTokenizerLargerThanTheModelsVocabulary() {
    assertRefused(train("--set", "model.language.vocab_size=300"), "vocab_size", "300");
  }

  @Test
  void aDamagedModel() throws IOException {
    CommandLineRun first = train();
    assertThat(first.status()).as(first.err()).isZero();
    Path model = temp.resolve("start");
    Files.move(temp.resolve("run/model"), model);
    AtomicFiles.deleteTree(temp.resolve("run"));
    byte[] bytes = Files.readAllBytes(model.resolve("model.safetensors"));
    Files.write(model.resolve("model.safetensors"), Arrays.copyOf(bytes, bytes.length - 1000));
    assertRefused(startingAt(model), "model.safetensors");
    Files.delete(model.resolve("config.json"));
    assertRefused(startingAt(model), "config.json");
  }

  private CommandLineRun startingAt(Path model) {
    return train("--set", "model={start: " + model + "}", "--set", "stages[1].max_steps=2");
  }

  @Test
  void theDataCheckShowsFaultsBeforeARun() throws IOException {
    Files.delete(data.resolve("images/train/000003.png"));
    CommandLineRun run =
        CommandLineRun.of(
            "data",
            "--config",
            "../configs/debug.yaml",
            "--stage",
            "1",
            "--set",
            "data_dir=" + data,
            "--set",
            "model.tokenizer=" + data.resolve("tokenizer"));
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("stage 1: 24 samples", "23 usable, 23 RSA pairs", "train-000003", "⟦");
  }

  @Test
  void aDirectoryThatIsAFile() throws IOException {
    Files.writeString(temp.resolve("run"), "a file");
    CommandLineRun run = train();
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("error: ", temp.resolve("run").toString());
  }
}
