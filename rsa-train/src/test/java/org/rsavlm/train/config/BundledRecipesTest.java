package org.rsavlm.train.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.rsavlm.core.Distance;
import org.rsavlm.models.hub.JsonConfig;
import org.rsavlm.models.qwen2.Qwen2Config;
import org.rsavlm.models.siglip.SiglipVisionConfig;
import org.rsavlm.train.config.RsaRecipe.ImagePooling;
import org.rsavlm.train.config.StageRecipe.Prompt;

class BundledRecipesTest {

  private static final Path CONFIGS = Path.of("../configs");

  static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(CONFIGS)) {
      return files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList();
    }
  }

  private static Recipe load(String name) {
    return RecipeLoader.load(CONFIGS.resolve(name + ".yaml"));
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyFileLoadsUnderItsOwnNameAndReadsBackEqual(Path file) {
    Recipe recipe = RecipeLoader.load(file);
    assertThat(recipe.name() + ".yaml").isEqualTo(String.valueOf(file.getFileName()));
    assertThat(RecipeLoader.parse(RecipeWriter.toYaml(recipe), "again")).isEqualTo(recipe);
    if (recipe.model().random()) {
      var vision = JsonConfig.of("model.vision", recipe.model().vision());
      assertThat(SiglipVisionConfig.from(vision).tokens()).isPositive();
      var language = JsonConfig.of("model.language", recipe.model().language());
      assertThat(Qwen2Config.from(language).layers()).isPositive();
    }
  }

  @Test
  void tableB1() {
    Recipe recipe = load("llava-onevision-1.5b-rsa");
    assertThat(recipe.stages()).extracting(StageRecipe::name).containsExactly("1", "1.5", "2");
    assertThat(recipe.stages())
        .allSatisfy(
            stage -> {
              assertThat(stage.batch().batchSize()).isEqualTo(256);
              assertThat(stage.course().epochs()).isEqualTo(1);
              assertThat(stage.learningRate().vision()).isEqualTo(2e-6);
            });
    StageRecipe one = recipe.stage("1");
    assertThat(one.trainable()).isEqualTo(new Trainable(true, true, false, false, false));
    assertThat(one.learningRate().projector()).isEqualTo(2e-6);
    assertThat(one.images().anyRes()).isFalse();
    assertThat(one.prompt()).isEqualTo(Prompt.PLAIN);
    for (StageRecipe stage : List.of(one, recipe.stage("1.5"))) {
      assertThat(stage.rsa().enabled()).isTrue();
      assertThat(stage.rsa().lambda()).isEqualTo(0.01);
      assertThat(stage.rsa().distance()).isEqualTo(Distance.EUCLIDEAN);
      assertThat(stage.rsa().imagePooling()).isEqualTo(ImagePooling.BASE);
    }
    StageRecipe knowledge = recipe.stage("1.5");
    assertThat(knowledge.images().grids()).hasSize(5);
    assertThat(knowledge.images().grids())
        .as("729 x 5 tokens with the base image")
        .allMatch(grid -> grid.columns() * grid.rows() <= 4);
    StageRecipe two = recipe.stage("2");
    assertThat(two.rsa().enabled()).isFalse();
    assertThat(two.images().grids()).hasSize(36).doesNotHaveDuplicates();
    assertThat(two.images().maxTiles()).as("729 x 10 with the base image").isEqualTo(9);
    for (StageRecipe stage : List.of(knowledge, two)) {
      assertThat(stage.trainable()).isEqualTo(new Trainable(true, true, true, true, true));
      assertThat(stage.learningRate().projector()).isEqualTo(1e-5);
      assertThat(stage.learningRate().language()).isEqualTo(1e-5);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "llava-onevision-0.5b-rsa, llava-onevision-0.5b",
    "llava-onevision-1.5b-rsa, llava-onevision-1.5b",
    "llava-onevision-7b-rsa, llava-onevision-7b",
    "llava-onevision-7b-rsa-no-stage1.5, llava-onevision-7b-no-stage1.5",
    "ablation-f1-euclidean, ablation-f1-no-rsa",
  })
  void aBaselineDiffersInTheLossAlone(String rsa, String baseline) {
    Recipe with = load(rsa);
    Recipe without = load(baseline);
    assertThat(with.stages()).anyMatch(stage -> stage.rsa().enabled());
    assertThat(without.stages()).noneMatch(stage -> stage.rsa().enabled());
    String yaml =
        RecipeWriter.toYaml(with)
            .replace("\"" + rsa + "\"", "\"" + baseline + "\"")
            .replace("enabled: true", "enabled: false");
    assertThat(RecipeWriter.toYaml(without)).isEqualTo(yaml);
  }

  @ParameterizedTest
  @CsvSource({
    "ablation-f1-euclidean, EUCLIDEAN, 0.01",
    "ablation-f1-cosine, COSINE, 1",
    "ablation-g1-euclidean-1, EUCLIDEAN, 1",
    "ablation-g1-euclidean-0.1, EUCLIDEAN, 0.1",
    "ablation-g1-cosine-10, COSINE, 10",
    "ablation-g1-cosine-100, COSINE, 100",
  })
  void ablationsOfDistanceAndStrength(String name, Distance distance, double lambda) {
    Recipe recipe = load(name);
    assertThat(recipe.stages()).extracting(StageRecipe::name).containsExactly("1");
    assertThat(recipe.stage("1").rsa().distance()).isEqualTo(distance);
    assertThat(recipe.stage("1").rsa().lambda()).isEqualTo(lambda);
  }

  @Test
  void ablationsOfPoolingAndStopGradient() {
    Recipe base = load("ablation-table2-base-stopgrad");
    Recipe full = load("ablation-table2-full-stopgrad");
    for (String stage : List.of("1", "1.5")) {
      assertThat(base.stage(stage).rsa().stopGradientText()).isTrue();
      assertThat(base.stage(stage).rsa().imagePooling()).isEqualTo(ImagePooling.BASE);
      assertThat(full.stage(stage).rsa().stopGradientText()).isTrue();
      assertThat(full.stage(stage).rsa().imagePooling()).isEqualTo(ImagePooling.FULL);
    }
  }

  @Test
  void withoutStage15NothingElseChanges() {
    Recipe whole = load("llava-onevision-7b-rsa");
    Recipe without = load("llava-onevision-7b-rsa-no-stage1.5");
    assertThat(without.stages()).containsExactly(whole.stage("1"), whole.stage("2"));
  }

  @Test
  void debugTakesTenStepsAStage() {
    assertThat(load("debug").stages())
        .extracting(stage -> stage.course().maxSteps())
        .containsOnly(10)
        .hasSize(4);
  }
}
