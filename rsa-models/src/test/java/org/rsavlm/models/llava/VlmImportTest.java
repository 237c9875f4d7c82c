package org.rsavlm.models.llava;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rsavlm.core.UserException;
import org.rsavlm.core.torch.GradMode;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.models.Reference;
import org.rsavlm.models.hub.HfDirectory;
import org.rsavlm.models.hub.SafetensorsReader;
import org.rsavlm.models.hub.SafetensorsWriter;
import org.rsavlm.models.image.PreprocessorConfig;
import org.rsavlm.models.siglip.SiglipVisionConfig;
import org.rsavlm.models.siglip.SiglipVisionModel;
import org.rsavlm.models.text.TokenizerFiles;

/** The live comparison with transformers is {@code scripts/parity/checkpoints.py}. */
class VlmImportTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int TOKENS = 560;

  @TempDir private Path work = Path.of("");
  private Path source = Path.of("");
  private Path out = Path.of("");

  @BeforeEach
  void directories() {
    source = work.resolve("source");
    out = work.resolve("out");
  }

  /** Copies a fixture with other tensor names, another config and the test's tokenizer. */
  private void copy(String fixture, UnaryOperator<String> name, Consumer<ObjectNode> edit)
      throws IOException, URISyntaxException {
    Files.createDirectories(source);
    Path from = resource("/reference/" + fixture);
    ObjectNode config = (ObjectNode) JSON.readTree(from.resolve("config.json").toFile());
    edit.accept(config);
    JSON.writeValue(source.resolve("config.json").toFile(), config);
    Path tokenizer = resource("/org/rsavlm/models/text");
    for (String file : List.of("tokenizer.json", "tokenizer_config.json")) {
      Files.copy(tokenizer.resolve(file), source.resolve(file));
    }
    try (SafetensorsReader reader = SafetensorsReader.open(from)) {
      SafetensorsWriter writer = new SafetensorsWriter();
      for (String stored : reader.tensors().keySet()) {
        var info = reader.info(stored);
        writer.add(
            name.apply(stored),
            info.dtype(),
            info.shape(),
            manager -> reader.read(manager, stored));
      }
      writer.writeDirectory(source);
    }
  }

  private static Path resource(String name) throws URISyntaxException {
    return Path.of(VlmImportTest.class.getResource(name).toURI());
  }

  private static Map<String, double[]> tensors(Path directory) {
    Map<String, double[]> values = new LinkedHashMap<>();
    try (NDManager manager = NDManager.newBaseManager();
        SafetensorsReader reader = SafetensorsReader.open(directory)) {
      for (String name : reader.tensors().keySet()) {
        values.put(name, Tensors.toDoubles(reader.read(manager, name)));
      }
    }
    return values;
  }

  /** The same tensors, apart from rows that were added behind those of the embedding and head. */
  private static void assertSame(Path actual, Path expected) {
    Map<String, double[]> wanted = tensors(expected);
    Map<String, double[]> found = tensors(actual);
    assertThat(found.keySet()).containsExactlyInAnyOrderElementsOf(wanted.keySet());
    wanted.forEach(
        (name, values) ->
            assertThat(Arrays.copyOf(found.get(name), values.length)).as(name).isEqualTo(values));
  }

  private static String newer(String name) {
    return name.replaceFirst("^(vision|multi|image)", "model.$1")
        .replace("vision_tower.vision_model.", "vision_tower.")
        .replaceFirst("^language_model\\.model\\.", "model.language_model.")
        .replaceFirst("^language_model\\.lm_head", "lm_head");
  }

  private static String llavaNext(String name) {
    return name.replaceFirst("^vision_tower\\.", "model.vision_tower.vision_tower.")
        .replace("multi_modal_projector.linear_1.", "model.mm_projector.0.")
        .replace("multi_modal_projector.linear_2.", "model.mm_projector.2.")
        .replaceFirst("^image_newline$", "model.image_newline")
        .replaceFirst("^language_model\\.", "");
  }

  @Test
  void theNamesOfNewerTransformersComeOutAsThePublishedOnes() throws Exception {
    copy("vlm-base-rsa", VlmImportTest::newer, config -> {});
    ImportReport report = VlmImport.convert(source, null, out, null);
    assertSame(out, resource("/reference/vlm-base-rsa"));
    assertThat(report.dropped()).isEmpty();
    assertThat(report.dtype()).isEqualTo(TorchDtype.FLOAT64);
  }

  @Test
  void anImportOfAnImportChangesNothing() throws Exception {
    copy("vlm-base-mixed-tied", name -> name, config -> {});
    VlmImport.convert(source, null, out, TorchDtype.BFLOAT16);
    Path again = work.resolve("again");
    ImportReport report = VlmImport.convert(out, null, again, null);
    assertThat(report.addedRows()).isZero();
    try (var files = Files.list(out)) {
      for (Path file : files.toList()) {
        assertThat(again.resolve(file.getFileName())).hasSameBinaryContentAs(file);
      }
    }
    assertThat(again)
        .isDirectoryContaining("glob:**/processor_config.json")
        .isDirectoryContaining("glob:**/generation_config.json")
        .isDirectoryContaining("glob:**/chat_template.jinja");
  }

  @Test
  void imageAndVideoGetIdsAndTheEmbeddingRowsWhereTheyDontFit() throws Exception {
    copy("vlm-base-rsa", name -> name, config -> {});
    ImportReport report = VlmImport.convert(source, null, out, null);
    assertThat(report.addedRows()).isEqualTo(576 - 60);
    assertThat(report.config().imageTokenId()).isEqualTo(TOKENS);
    TokenizerFiles tokenizer = TokenizerFiles.read(out);
    assertThat(tokenizer.id("<image>")).hasValue(TOKENS);
    assertThat(tokenizer.id("<video>")).hasValue(TOKENS + 1);
    String content = "/added_tokens_decoder/560/content";
    assertThat(JSON.readTree(out.resolve("tokenizer_config.json").toFile()).at(content).asText())
        .isEqualTo("<image>");
    assertThat(VlmAssembly.padded(128)).isEqualTo(128);
    assertThat(VlmAssembly.padded(129)).isEqualTo(192);
    double[] rows = tensors(out).get("language_model.lm_head.weight");
    double mean = 0;
    for (int row = 0; row < 60; row++) {
      mean += rows[row * 16 + 3] / 60;
    }
    assertThat(rows[575 * 16 + 3]).isCloseTo(mean, within(1e-12));
  }

  @Test
  void whatTheProjectorDoesNotReadIsLeftOut() throws Exception {
    copy("vlm-odd", name -> name, config -> {});
    ImportReport report = VlmImport.convert(source, null, out, null);
    assertThat(report.dropped())
        .hasSize(16 + 11)
        .allMatch(name -> name.contains("layers.2.") || name.contains(".head."));
    try (NDManager manager = NDManager.newBaseManager();
        Reference reference = new Reference(manager, "vlm-odd");
        GradMode off = GradMode.disabled()) {
      for (Path directory : List.of(source, out)) {
        VisionLanguageModel model = VlmDirectory.load(manager, directory, TorchDtype.FLOAT64);
        NDList states = model.vision().hiddenStates(manager, reference.read("pixel_values"));
        NDArray projected =
            model.projector().project(manager, states.get(model.config().vision().layers()));
        // Transformers' base image tokens of the first image come before its tiles'.
        double[] expected = reference.values("image_features.0");
        double[] found = Arrays.copyOf(Tensors.toDoubles(projected), 9 * 24);
        assertThat(Reference.error(found, Arrays.copyOf(expected, 9 * 24))).isLessThan(1e-9);
      }
    }
  }

  @Test
  void llavaNextIsConverted() throws Exception {
    copy("vlm-base-rsa", VlmImportTest::llavaNext, VlmImportTest::asLlavaNext);
    Path tower = tower(3);
    ImportReport report = VlmImport.convert(source, tower, out, null);
    assertSame(out, resource("/reference/vlm-base-rsa"));
    assertThat(report.config().maxTiles()).isEqualTo(4);
    assertThat(VlmConfig.from(new HfDirectory(out).config())).isEqualTo(report.config());
    String second = "/image_grid_pinpoints/1";
    assertThat(new HfDirectory(out).config().node().at(second).toString()).isEqualTo("[36,18]");
    // LLaVA lists widths first, and the first of two equally good canvases wins.
    assertThat(report.config().resolutions().toString()).startsWith("[18 x 18, 18 x 36, 36 x 18");
    assertThat(PreprocessorConfig.load(new HfDirectory(out)).resolutions())
        .isEqualTo(report.config().resolutions());
    assertThatThrownBy(() -> VlmImport.convert(source, null, work.resolve("no"), null))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("unsupported: mm_vision_tower=\"tiny\"");
  }

  private static void asLlavaNext(ObjectNode config) {
    ObjectNode text = (ObjectNode) config.get("text_config");
    config.removeAll();
    config.setAll(text);
    config.put("model_type", "llava");
    config.put("mm_vision_tower", "tiny");
    config.put("mm_hidden_size", 12);
    config.put("mm_projector_type", "mlp2x_gelu");
    config.put("mm_patch_merge_type", "spatial_unpad");
    config.put("image_aspect_ratio", "anyres_max_4");
    config.put("image_grid_pinpoints", "(1x1),...,(2x2)");
  }

  /** A SigLIP directory of the fixtures' tower with so many layers. */
  private Path tower(int layers) {
    Path directory = work.resolve("tower" + layers);
    SiglipVisionConfig config = new SiglipVisionConfig(12, 20, layers, 2, 18, 6, 1e-6, true);
    try (NDManager manager = NDManager.newBaseManager()) {
      SiglipVisionModel model = new SiglipVisionModel(config);
      model.allocate(manager, TorchDtype.FLOAT32);
      model.randomize(3);
      SafetensorsWriter writer = new SafetensorsWriter();
      model.weights().forEach(writer::add);
      Files.createDirectories(directory);
      writer.writeDirectory(directory);
      JSON.writeValue(directory.resolve("config.json").toFile(), config.toJson());
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aTowerAndALanguageModelAreJoined() throws Exception {
    copy("qwen2-gqa2-tied", name -> name, config -> {});
    ImportReport report = VlmImport.join(tower(4), source, out, 0, 5, null);
    assertThat(report.config().vision().layers()).isEqualTo(3);
    assertThat(report.dropped()).hasSize(16 + 11);
    Map<String, double[]> joined = tensors(out);
    tensors(tower(4))
        .forEach(
            (name, values) -> {
              if (!name.contains("layers.3.") && !name.contains(".head.")) {
                assertThat(joined.get("vision_tower." + name)).as(name).isEqualTo(values);
              }
            });
    tensors(source)
        .forEach(
            (name, values) ->
                assertThat(Arrays.copyOf(joined.get("language_model." + name), values.length))
                    .as(name)
                    .isEqualTo(values));
    VlmImport.join(tower(4), source, work.resolve("same"), 0, 5, null);
    VlmImport.join(tower(4), source, work.resolve("other"), 2, 6, null);
    String newline = "image_newline";
    assertThat(tensors(work.resolve("same")).get(newline)).isEqualTo(joined.get(newline));
    assertThat(tensors(work.resolve("other")).get(newline)).isNotEqualTo(joined.get(newline));
    try (NDManager manager = NDManager.newBaseManager()) {
      VisionLanguageModel two =
          VlmDirectory.load(manager, work.resolve("other"), TorchDtype.BFLOAT16);
      assertThat(two.config().vision().layers()).isEqualTo(2);
    }
  }

  @Test
  void allMisfitsAreListedAtOnce() throws Exception {
    copy("vlm-base-rsa", name -> name.replace("up_proj", "upward"), config -> {});
    assertThatThrownBy(() -> VlmImport.convert(source, null, out, null))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("4 tensors do not fit")
        .hasMessageContaining("2 times missing language_model.model.layers.*.mlp.up_proj.weight")
        .hasMessageContaining("2 times surplus language_model.model.layers.*.mlp.upward.weight");
    assertThat(out).doesNotExist();
  }

  @Test
  void aTiedHeadMustHoldTheEmbedding() throws Exception {
    copy(
        "vlm-base-rsa",
        name -> name,
        config -> ((ObjectNode) config.get("text_config")).put("tie_word_embeddings", true));
    assertThatThrownBy(() -> VlmImport.convert(source, null, out, null))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("lm_head.weight differs from");
  }

  @Test
  void aTokenizerOfAnotherModelIsRefused() throws Exception {
    copy("vlm-base-rsa", name -> name, config -> {});
    TokenizerFiles.read(source).copyTo(source, VlmFiles.TOKENS);
    assertThatThrownBy(() -> VlmImport.convert(source, null, out, null))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("image_token_index is 57, but <image> has the id 560");
  }
}
