package org.rsavlm.train.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rsavlm.core.ScaleMatch;
import org.rsavlm.core.UserException;

class RecipeLoaderTest {

  private static final String FULL =
      """
      name: tiny
      seed: 7
      model:
        start: random
        vision: {hidden_size: 32, layer_norm_eps: 1e-6, attn: "1e-6", big: 5000000000}
        language: {hidden_size: 48, tie_word_embeddings: true}
        tokenizer: tok/tokenizer.json
      data_dir: data
      stages:
        - name: 1
          data: [{json_path: a.json, images_dir: images, rsa: true}]
          prompt: plain
          trainable: {vision: true, projector: true}
          learning_rate: {vision: 2e-6, projector: 2e-6}
          batch_size: 8
          rsa:
            enabled: true
        - name: 1.5
          data:
            - {json_path: a.json, rsa: true, name: dense}
            - {json_path: b.json, sampling_strategy: 'first:10%', name: ocr}
          prompt: qwen_1_5
          images: {grids: [2x1, 1x2], max_tiles: 4}
          trainable: {vision: true, projector: true, language: true, image_newline: true}
          learning_rate: {vision: 2e-6, projector: 1e-5, language: 1e-5}
          rsa: {enabled: true, distance: cosine}
      """;

  @TempDir Path dir;

  @Test
  void readsValuesAndDefaults() {
    Recipe recipe = RecipeLoader.parse(FULL, "full.yaml");
    assertThat(recipe.seed()).isEqualTo(7);
    assertThat(recipe.model().vision().get("layer_norm_eps").doubleValue()).isEqualTo(1e-6);
    assertThat(recipe.model().vision().get("attn").textValue()).isEqualTo("1e-6");
    assertThat(recipe.model().vision().get("big").longValue()).isEqualTo(5_000_000_000L);
    assertThat(recipe.dataPath(Path.of("a.json"))).isEqualTo(Path.of("data/a.json"));
    assertThat(recipe.evaluation()).isNull();
    assertThat(recipe.loader()).isEqualTo(new LoaderRecipe(2, 4, 0.01));
    StageRecipe first = recipe.stage("1");
    assertThat(first.learningRate().vision()).isEqualTo(2e-6);
    assertThat(first.batch().microBatchSize()).as("no more than a batch").isEqualTo(8);
    assertThat(first.optimizer().betas()).containsExactly(0.9, 0.999);
    assertThat(first.images().anyRes()).isFalse();
    assertThat(first.rsa().lambda()).as("the paper's for Euclidean").isEqualTo(0.01);
    assertThat(first.data().get(0).name()).isEqualTo("a");
    StageRecipe second = recipe.stage("1.5");
    assertThat(second.rsa().lambda()).as("the paper's for cosine").isEqualTo(1);
    assertThat(second.images().grids()).containsExactly(new Grid(2, 1), new Grid(1, 2));
    assertThat(second.learningRate().imageNewline()).as("as language").isEqualTo(1e-5);
  }

  @Test
  void writesWhatReadsBackEqual() {
    Recipe recipe = RecipeLoader.parse(FULL, "full.yaml");
    String yaml = RecipeWriter.toYaml(recipe);
    Recipe again = RecipeLoader.parse(yaml, "again.yaml");
    assertThat(again).isEqualTo(recipe);
    assertThat(RecipeWriter.sha256(again)).isEqualTo(RecipeWriter.sha256(recipe)).hasSize(64);
    Recipe other = RecipeLoader.parse(FULL.replace("seed: 7", "seed: 8"), "x");
    assertThat(RecipeWriter.sha256(other)).isNotEqualTo(RecipeWriter.sha256(recipe));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "seed: 7 | sed: 7 | r.yaml:2: unknown key 'sed' (did you mean 'seed'?)",
        "seed: 7 | seed: x | r.yaml:2: seed is 'x' (it must be a whole number)",
        "seed: 7 | seed: 1.5 | r.yaml:2: seed is '1.5' (it must be a whole number)",
        "seed: 7 | seed: 99999999999999999999 | r.yaml:2: seed is '99999999999999999999' (it must be a whole number)",
        "seed: 7 | seed: | r.yaml:2: seed is empty (give it a whole number or remove it)",
        "seed: 7 | threads: -1 | r.yaml:2: threads is -1 (it must be at least 0)",
        "seed: 7 | device: gpu | r.yaml:2: device is 'gpu' (it must be auto, cpu or cuda:N)",
        "seed: 7 | dtype: bf16 | r.yaml:2: dtype is 'bf16' (it must be one of float32, bfloat16)",
        "seed: 7 | loader: 3 | r.yaml:2: loader is '3' (it must be a mapping)",
        "seed: 7 | loader: {workers: [1]} | r.yaml:2: loader.workers is a list (it must be a whole number)",
        "seed: 7 | name: again | r.yaml:2: key 'name' was already given at r.yaml:1 (remove one of the two)",
        "name: tiny | name: a b | r.yaml:1: name is 'a b' (it must be of letters, digits, '.', '_' and '-', not starting with a sign)",
        "batch_size: 8 | batch_size: 0 | r.yaml:15: stages[1].batch_size is 0 (it must be at least 1)",
        "batch_size: 8 | batchsize: 8 | r.yaml:15: unknown key 'stages[1].batchsize' (did you mean 'batch_size'?)",
        "enabled: true | enabled: yes | r.yaml:17: stages[1].rsa.enabled is 'yes' (it must be true or false)",
        "enabled: true | lambda: 1 | r.yaml:16: stages[1].rsa.enabled is missing (add `enabled:` with true or false)",
        "prompt: plain | prompt: chatml | r.yaml:12: stages[1].prompt is 'chatml' (it must be one of plain, qwen_1_5)",
        "first:10% | some | r.yaml:21: stages[1.5].data[ocr].sampling_strategy is 'some' (it must be all, first:N, end:N or random:N, where N is a count or a percentage)",
        "2x1 | 2x0 | r.yaml:23: stages[1.5].images.grids[0] is '2x0' (it must be tiles across x tiles down, such as 2x1)",
        "distance: cosine | lambda: -1 | r.yaml:26: stages[1.5].rsa.lambda is -1 (it must be at least 0)",
        "distance: cosine | lambda: 1e999 | r.yaml:26: stages[1.5].rsa.lambda is Infinity (it must be at least 0)",
        "distance: cosine | lambda: .nan | r.yaml:26: stages[1.5].rsa.lambda is '.nan' (it must be a number)",
        "projector: 1e-5 | vision: 1e-5 | r.yaml:25: key 'vision' was already given at r.yaml:25 (remove one of the two)",
        "projector: 1e-5, | '' | r.yaml:25: stages[1.5].learning_rate.projector is 0 or missing although trainable.projector is true (give it a rate, or set the part to false)",
        "batch_size: 8 | warmup_ratio: auto | r.yaml:15: stages[1].warmup_ratio is auto (it must be at least 0 and below 1)",
        "batch_size: 8 | betas: [0.9] | r.yaml:15: stages[1].betas has 1 values (it must be two, such as [0.9, 0.999])",
        "'images_dir: images, rsa: true' | images_dir: i | r.yaml:17: stages[1].rsa.enabled is true but no source of the stage holds image-caption pairs (set `rsa: true` at the sources that do, or disable it)",
        "name: 1.5 | name: 1 | r.yaml:9: stages has two stages named '1' (rename one of them)",
        "start: random | start: some/dir | r.yaml:5: model.vision is given beside a start directory, whose config.json rules (remove it, or add --set model.vision=null)",
        "seed: 7 | seed: [7 | r.yaml:3: not valid YAML: expected ',' or ']', but got : (look at the indentation, quotes and brackets there)",
      })
  void namesLineKeyValueAndWhatIsAllowed(String part, String broken, String message) {
    assertThat(FULL).contains(part);
    String yaml = FULL.replace(part, broken);
    assertThatThrownBy(() -> RecipeLoader.parse(yaml, "r.yaml"))
        .isInstanceOf(UserException.class)
        .hasMessage(message);
  }

  @Test
  void anEmptyOrListShapedRecipeIsRefused() {
    assertThatThrownBy(() -> RecipeLoader.parse("# nothing\n", "r.yaml"))
        .hasMessageStartingWith("r.yaml:1: a recipe can't be empty (");
    assertThatThrownBy(() -> RecipeLoader.parse("- 1\n", "r.yaml"))
        .hasMessageStartingWith("r.yaml:1: a recipe can't be a list (");
  }

  @Test
  void anchorsThatMultiplyAreRefused() {
    StringBuilder yaml = new StringBuilder("a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n");
    for (int i = 1; i < 7; i++) {
      String ref = "*a" + (i - 1);
      yaml.append(
          "a%d: &a%d [%s]\n"
              .formatted(i, i, String.join(",", List.of(ref, ref, ref, ref, ref, ref, ref, ref))));
    }
    assertThatThrownBy(() -> RecipeLoader.parse(yaml.toString(), "r.yaml"))
        .hasMessageContaining("too many or too deeply nested values");
    assertThatThrownBy(() -> RecipeLoader.parse("a: &a [*a]\n", "r.yaml"))
        .hasMessageContaining("too many or too deeply nested values");
  }

  @Test
  void extendsRemovesMergesAndSets() throws IOException {
    write("base.yaml", FULL);
    Path over =
        write(
            "sub/over.yaml",
            """
            extends: ../base.yaml
            name: over
            model: {vision: {hidden_size: 64}}
            remove: ["stages[1]"]
            set:
              stages[*].rsa.enabled: false
              stages[1.5].data[ocr].sampling_strategy: all
            """);
    Recipe recipe = RecipeLoader.load(over);
    assertThat(recipe.name()).isEqualTo("over");
    assertThat(recipe.model().vision().get("hidden_size").intValue()).isEqualTo(64);
    assertThat(recipe.model().vision().get("big").longValue()).isEqualTo(5_000_000_000L);
    assertThat(recipe.stages()).extracting(StageRecipe::name).containsExactly("1.5");
    assertThat(recipe.stage("1.5").rsa().enabled()).isFalse();
    assertThat(recipe.stage("1.5").data().get(1).samplingStrategy()).isEqualTo("all");
  }

  @Test
  void aFaultInAnExtendedFileIsReportedThere() throws IOException {
    write("base.yaml", FULL.replace("batch_size: 8", "batch_size: 0"));
    Path over = write("over.yaml", "extends: base.yaml\nname: over\n");
    assertThatThrownBy(() -> RecipeLoader.load(over))
        .hasMessageContaining("base.yaml:15: stages[1].batch_size is 0");
  }

  @Test
  void circlesAndMissingFilesAreRefused() throws IOException {
    Path a = write("a.yaml", "extends: b.yaml\n");
    write("b.yaml", "\nextends: a.yaml\n");
    assertThatThrownBy(() -> RecipeLoader.load(a))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("b.yaml:2: extends goes round in a circle: ");
    Path lost = write("lost.yaml", "extends: aa.yaml\n");
    assertThatThrownBy(() -> RecipeLoader.load(lost))
        .hasMessageContaining("lost.yaml:1: extends 'aa.yaml', which is no file (did you mean ");
    assertThatThrownBy(() -> RecipeLoader.load(dir.resolve("lots.yaml")))
        .hasMessageContaining("no such recipe (did you mean " + dir.resolve("lost.yaml") + "?)");
    assertThatThrownBy(() -> RecipeLoader.load(dir)).hasMessageContaining("can't be read");
  }

  @Test
  void overridesApplyInOrder() throws IOException {
    Path file = write("full.yaml", FULL);
    Recipe recipe =
        RecipeLoader.load(
            file,
            List.of(
                "seed=3",
                "seed=4",
                "stages[*].max_steps=10",
                "stages[1.5].rsa.lambda=0.25",
                "stages[1].data[0].rsa=true",
                "stages[1.5].betas=[0.8, 0.9]",
                "stages[1].rsa=null",
                "evaluation={data: {json_path: held.json}, samples: 20}"));
    assertThat(recipe.seed()).isEqualTo(4);
    assertThat(recipe.stages()).extracting(stage -> stage.course().maxSteps()).containsOnly(10);
    assertThat(recipe.stage("1.5").rsa().lambda()).isEqualTo(0.25);
    assertThat(recipe.stage("1.5").optimizer().betas()).containsExactly(0.8, 0.9);
    assertThat(recipe.stage("1").rsa().enabled()).isFalse();
    assertThat(recipe.evaluation()).isNotNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "seed | --set seed: no value (write it as --set stages[1.5].rsa.lambda=0.1)",
        "sede=1 | --set sede: unknown key 'sede' (did you mean 'seed'?)",
        "sede=null | --set sede: there is no 'sede' to remove (drop this line)",
        "seed=x | --set seed: seed is 'x' (it must be a whole number)",
        "seed.a=1 | --set seed.a: 'seed' is '7' and has no keys (end the path there)",
        "stages.1.rsa.lambda=1 | --set stages.1.rsa.lambda: 'stages' is a list (select an item in brackets, one of [1] [1.5] or [*] for all)",
        "stages[2].rsa.lambda=1 | --set stages[2].rsa.lambda: 'stages' has no item '2' (the items are [1] [1.5], or [*] for all)",
        "stages[1.5].rsa.lambda=-1 | --set stages[1.5].rsa.lambda: stages[1.5].rsa.lambda is -1 (it must be at least 0)",
        "stages[1].epsilon=0 | --set stages[1].epsilon: stages[1].epsilon is 0 (it must be above 0)",
        "stages[1].memory=1 | --set stages[1].memory: unknown key 'stages[1].memory' (known here: name, data, prompt, images, trainable, learning_rate, batch_size, micro_batch_size, micro_batch_tokens, drop_last, group_by_modality, epochs, max_steps, schedule, warmup_ratio, weight_decay, betas, epsilon, max_grad_norm, activation_checkpointing, loss_chunk, max_length, rsa, evaluate)",
        "stages[1.5].rsa.match_scale_momentum=2 | --set stages[1.5].rsa.match_scale_momentum: stages[1.5].rsa.match_scale_momentum is 2 (it must be between 0 and 1)",
        "seed[0]=1 | --set seed[0]: 'seed' is no list (leave the brackets out)",
        "a..b=1 | --set a..b: 'a..b' is no path to a value (write it as stages[1.5].rsa.lambda)",
        ".a=1 | --set .a: '.a' is no path to a value (write it as stages[1.5].rsa.lambda)",
        "[0]=1 | --set [0]: '[0]' is no path to a value (write it as stages[1.5].rsa.lambda)",
        "stages[1=1 | --set stages[1: 'stages[1' is no path to a value (write it as stages[1.5].rsa.lambda)",
      })
  void overridesThatCantBeUsed(String override, String message) throws IOException {
    Path file = write("full.yaml", FULL);
    assertThatThrownBy(() -> RecipeLoader.load(file, List.of(override)))
        .isInstanceOf(UserException.class)
        .hasMessage(message);
  }

  @Test
  void recordsCheckThemselvesWithoutAFile() {
    assertThatThrownBy(() -> new LoaderRecipe(0, 1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("workers is 0 (it must be at least 1)");
  }

  @Test
  void aCopyDiffersInOneValueAndIsCheckedAgain() {
    StageRecipe stage = RecipeLoader.parse(FULL, "full.yaml").stage("1.5");
    StageRecipe longer = Records.with(stage, "maxLength", 9);
    assertThat(longer.maxLength()).isEqualTo(9);
    assertThat(Records.with(longer, "maxLength", stage.maxLength())).isEqualTo(stage);
    assertThatThrownBy(() -> Records.with(stage, "maxLength", 0))
        .isInstanceOf(InvalidValueException.class)
        .hasMessage("max_length is 0 (it must be at least 1)");
    assertThatThrownBy(() -> Records.with(stage, "epsilon", 1.0))
        .hasMessageContaining("has no component epsilon");
  }

  @Test
  void theTextScaleIsOffOfTheFirstBatchOrRunning() {
    RsaRecipe rsa = RecipeLoader.parse(FULL, "full.yaml").stage("1.5").rsa();
    assertThat(rsa.scale().isPending()).isFalse();
    ScaleMatch first = rsa.withEnabled(true).withLambda(1, true).scale();
    assertThat(first.isPending()).isTrue();
    first.update(8, 2);
    assertThat(first.update(4, 2)).isEqualTo(4);
    RsaRecipe half = Records.with(rsa.withEnabled(true), "matchScaleMomentum", 0.5);
    ScaleMatch running = half.withLambda(1, true).scale();
    running.update(8, 2);
    assertThat(running.update(4, 2)).isEqualTo(3);
  }

  private Path write(String name, String text) throws IOException {
    Path file = dir.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }
}
