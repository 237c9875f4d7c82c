package org.rsavlm.train.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rsavlm.core.RsaLoss;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.eval.alignment.LayerGrid;
import org.rsavlm.models.hub.HfDirectory;
import org.rsavlm.models.image.ImageTiler;
import org.rsavlm.models.llava.VisionLanguageModel;
import org.rsavlm.models.llava.VlmDirectory;
import org.rsavlm.models.text.PromptTemplate;
import org.rsavlm.models.text.Tokenizer;
import org.rsavlm.train.data.EvaluationSet;
import org.rsavlm.train.data.SamplePreparer;
import org.rsavlm.train.data.SampleSource;
import org.rsavlm.train.demo.DemoFiles;
import org.rsavlm.train.demo.SceneDataset;
import org.rsavlm.train.measure.HeldOutEvaluator;

class AlignModelTest {

  private static final JsonMapper JSON = new JsonMapper();
  private static final int PAIRS = 40;

  @TempDir static Path temp;
  private static Path model;
  private static DemoFiles files;

  @BeforeAll
  static void write() throws IOException {
    model = temp.resolve("model");
    TinyCheckpoint.write(model, 1);
    files =
        SceneDataset.write(temp.resolve("scenes"), new SceneDataset.Parameters(8, PAIRS, 0, 64, 3));
  }

  private static CommandLineRun align(String... more) {
    List<String> args = new ArrayList<>(List.of("align"));
    args.addAll(List.of(more));
    return CommandLineRun.of(args.toArray(new String[0]));
  }

  private static CommandLineRun model(Path data, String... more) {
    List<String> args = new ArrayList<>(List.of("--model", model.toString()));
    args.addAll(List.of("--data", data.toString(), "--images", files.images().toString()));
    args.addAll(List.of("--k", "5", "--json"));
    args.addAll(List.of(more));
    return align(args.toArray(new String[0]));
  }

  private static JsonNode answer(CommandLineRun run) throws IOException {
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out()).hasLineCount(1);
    return JSON.readTree(run.out());
  }

  @Test
  void allPairsGiveTheGridThatTrainingMeasures() throws IOException {
    LayerGrid wanted;
    try (NDManager manager = NDManager.newBaseManager();
        Tokenizer tokenizer = Tokenizer.load(model)) {
      VisionLanguageModel loaded = VlmDirectory.load(manager, model, TorchDtype.FLOAT32);
      ImageTiler tiler = VlmDirectory.tiler(new HfDirectory(model));
      try (EvaluationSet pairs =
          new EvaluationSet(
              SampleSource.of(files.heldOutCaptions(), files.images()),
              new SamplePreparer(tokenizer, PromptTemplate.PLAIN, tiler, 512),
              PAIRS,
              1,
              0)) {
        wanted =
            new HeldOutEvaluator(loaded, RsaLoss.euclidean(), 5, 16)
                .evaluate(manager, pairs)
                .grid();
      }
    }
    JsonNode found =
        answer(model(files.heldOutCaptions(), "--samples", "40", "--seeds", "2"))
            .get("grids")
            .get("mutual_knn");
    for (int v = 0; v < wanted.visionLayers(); v++) {
      for (int t = 0; t < wanted.textLayers(); t++) {
        assertThat(found.get("scores").get(v).get(t).doubleValue())
            .isCloseTo(wanted.score(v, t), within(1e-12));
        assertThat(found.get("deviation").get(v).get(t).doubleValue()).isZero();
      }
    }
    assertThat(found.get("last").get("vision_layer").intValue())
        .isEqualTo(wanted.visionLayers() - 1);
    assertThat(found.get("last").get("score").doubleValue())
        .isCloseTo(wanted.lastLast().score(), within(1e-12));
  }

  @Test
  void severalSeedsAreTheMeanOfSingleOnesAndFilesGiveTheSame() throws IOException {
    Path data = files.heldOutCaptions();
    String[] metrics = {"--samples", "25", "--metrics", "mutual_knn,cka,rsa"};
    List<JsonNode> single = new ArrayList<>();
    for (int seed = 3; seed < 6; seed++) {
      Path file = temp.resolve("features-" + seed + ".safetensors");
      CommandLineRun extracted =
          align(
              "extract",
              "--model",
              model.toString(),
              "--data",
              data.toString(),
              "--images",
              files.images().toString(),
              "--samples",
              "25",
              "--seed",
              "" + seed,
              "--out",
              file.toString(),
              "--json");
      assertThat(answer(extracted).get("samples").intValue()).isEqualTo(25);
      JsonNode ofFile =
          answer(
              align(
                  "--vision",
                  file + "#vision",
                  "--text",
                  file + "#text",
                  "--normalize",
                  "--k",
                  "5",
                  "--metrics",
                  "mutual_knn,cka,rsa",
                  "--json"));
      assertThat(ofFile.get("data").textValue()).endsWith("heldout_captions.json");
      assertThat(ofFile.get("columns").textValue()).isEqualTo("llava");
      JsonNode ofModel = answer(model(data, concat(metrics, "--seeds", "1", "--seed", "" + seed)));
      for (String metric : List.of("mutual_knn", "cka", "rsa")) {
        assertThat(ofModel.get("grids").get(metric).get("scores"))
            .isEqualTo(ofFile.get("grids").get(metric).get("scores"));
      }
      assertThat(ofModel.get("metrics")).isEqualTo(ofFile.get("metrics"));
      single.add(ofModel);
    }
    assertThat(single.get(0)).isNotEqualTo(single.get(1));
    Path page = temp.resolve("page.html");
    JsonNode all =
        answer(
            model(
                data, concat(metrics, "--seeds", "3", "--seed", "3", "--report", page.toString())));
    JsonNode grid = all.get("grids").get("mutual_knn");
    double[] values =
        single.stream()
            .mapToDouble(one -> one.at("/grids/mutual_knn/scores/0/0").doubleValue())
            .toArray();
    double mean = (values[0] + values[1] + values[2]) / 3;
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    assertThat(grid.at("/scores/0/0").doubleValue()).isCloseTo(mean, within(1e-12));
    assertThat(grid.at("/deviation/0/0").doubleValue())
        .isCloseTo(Math.sqrt(squares / 2), within(1e-12));
    assertThat(grid.at("/best/seeds")).hasSize(3);
    assertThat(all.at("/random_mutual_knn/mean").doubleValue()).isBetween(0.1, 0.32);
    assertThat(Files.readString(page))
        .contains("Alignment of ", "/model<", "25 pairs a draw, 3 draws from 40 rows", "mutual_knn")
        .doesNotContain("<script", "http://", "https://");
  }

  private static String[] concat(String[] first, String... more) {
    List<String> all = new ArrayList<>(List.of(first));
    all.addAll(List.of(more));
    return all.toArray(new String[0]);
  }

  @Test
  void parquetIsRead() throws IOException {
    Path data = Path.of("../rsa-eval/src/test/resources/benchmark/pope.parquet");
    JsonNode found =
        answer(model(data, "--columns", "image,question", "--samples", "9", "--seeds", "2"));
    assertThat(found.get("rows").intValue()).isEqualTo(10);
    assertThat(found.get("columns").textValue()).isEqualTo("custom");
  }

  @Test
  void whatTrainingReadsIsMeasured() throws IOException {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (JsonNode row : JSON.readTree(files.heldOutCaptions().toFile())) {
      String caption = row.at("/conversations/1/value").textValue();
      rows.add(
          Map.of(
              "images",
              List.of(row.get("image").textValue()),
              "messages",
              List.of(
                  Map.of("role", "user", "content", "<image>"),
                  Map.of("role", "assistant", "content", caption))));
    }
    Path data = Files.createDirectories(temp.resolve("messages"));
    JSON.writeValue(data.resolve("a.json").toFile(), rows.subList(0, 15));
    JSON.writeValue(data.resolve("b.json").toFile(), rows.subList(15, rows.size()));
    JsonNode wanted = answer(model(files.heldOutCaptions(), "--samples", "30", "--seeds", "1"));
    JsonNode found = answer(model(data, "--samples", "30", "--seeds", "1"));
    assertThat(found.get("grids")).isEqualTo(wanted.get("grids"));
    assertThat(found.get("columns").textValue()).isEqualTo("usual");
    JsonNode stated =
        answer(
            model(
                data.resolve("*.json"),
                "--columns=image=images,conversations=messages",
                "--samples=30",
                "--seeds=1"));
    assertThat(stated.get("grids")).isEqualTo(wanted.get("grids"));
  }

  @Test
  void brokenRowsAreReplacedAndTooManyStop() throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    JSON.readTree(files.heldOutCaptions().toFile()).forEach(rows::add);
    ((ObjectNode) rows.get(4)).put("image", "nowhere.png");
    ((ObjectNode) rows.get(9)).put("image", "../manifest.json");
    ((ObjectNode) rows.get(17).get("conversations").get(1)).put("value", " ");
    Path data = temp.resolve("broken.json");
    JSON.writeValue(data.toFile(), rows);
    JsonNode found =
        answer(model(data, "--samples", "37", "--seeds", "2", "--max-rejected-share", "0.1"));
    assertThat(found.get("rejected").intValue()).isEqualTo(3);

    Path good = temp.resolve("good.json");
    List<JsonNode> usable = new ArrayList<>(rows);
    usable.removeAll(List.of(rows.get(4), rows.get(9), rows.get(17)));
    JSON.writeValue(good.toFile(), usable);
    JsonNode clean = answer(model(good, "--samples", "37", "--seeds", "1"));
    assertThat(found.at("/grids/mutual_knn/scores"))
        .isEqualTo(clean.at("/grids/mutual_knn/scores"));

    mistake(model(data, "--samples", "37"), "3 of 40 rows rejected, at most 1.0 % are allowed");
    mistake(
        model(data, "--samples", "38", "--max-rejected-share", "0.1"),
        "holds 37 usable rows, fewer than the 38 of a draw");
  }

  @Test
  void mistakesEndWith2AndOneLine() {
    Path data = files.heldOutCaptions();
    mistake(model(data), "holds 40 rows, fewer than the 1000 of a draw (give more data, or");
    mistake(model(data, "--samples", "5"), "5 pairs, but these metrics need 6");
    mistake(model(data, "--samples", "40", "--seeds", "0"), "--seeds: is 0");
    mistake(model(data, "--samples", "40", "--columns", "cocoa"), "names no image and caption");
    mistake(model(temp.resolve("x.json"), "--samples", "40"), "no such file or directory");
    mistake(model(data, "--vision", "a.npy"), "give either --vision and --text, or --model");
    mistake(align("--text", "a.npy"), "give either --vision and --text, or --model and --data");
    mistake(align("--model", model.toString()), "--data: is missing");
    mistake(align("--vision=a.npy", "--text=b.npy", "--report=c.html"), "--report needs --model");
    mistake(
        align(
            "--model", temp.resolve("none").toString(), "--data", data.toString(), "--samples=40"),
        "no such directory");
  }

  private static void mistake(CommandLineRun run, String message) {
    assertThat(run.err()).contains(message).startsWith("error: ").hasLineCount(1);
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
  }
}
