package org.rsavlm.models.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rsavlm.core.UserException;
import org.rsavlm.core.torch.GradMode;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.models.image.ImageTiles;
import org.rsavlm.models.text.Tokenized;

class GeneratorTest {

  private static final int TOKENS = 64;
  private static final GenerationOptions GREEDY = GenerationOptions.greedy(TOKENS);
  private static final GenerationOptions SAMPLING =
      GREEDY.withSampling(1.3, 5).withTopK(20).withTopP(0.9).withRepetitionPenalty(1.2);

  @ParameterizedTest
  @CsvSource({
    "vlm-base-rsa,FLOAT64,1e-9",
    "vlm-base-mixed-tied,FLOAT64,1e-9",
    "vlm-anyres-wide,FLOAT64,1e-9",
    "vlm-anyres-reduced-tied,FLOAT64,1e-9",
    "vlm-two-images,FLOAT64,1e-9",
    "vlm-text-only,FLOAT64,1e-9",
    "vlm-odd,FLOAT64,1e-9",
    "vlm-long,FLOAT64,1e-9",
    "vlm-base-rsa,FLOAT32,1e-5",
    "vlm-base-mixed-tied,FLOAT32,1e-5",
    "vlm-anyres-wide,FLOAT32,1e-5",
    "vlm-two-images,FLOAT32,1e-5",
    "vlm-text-only,FLOAT32,1e-5",
    "vlm-odd,FLOAT32,1e-5",
    "vlm-long,FLOAT32,1e-5",
  })
  void aBatchContinuesAsTransformersDoes(String name, TorchDtype dtype, double bound) {
    try (VlmFixture fixture = new VlmFixture(name, dtype)) {
      for (double penalty : new double[] {1, 1.3}) {
        List<Generation> rows =
            fixture.generator.generateFromTokens(
                fixture.manager,
                fixture.ids,
                fixture.imageTokens,
                GREEDY.withRepetitionPenalty(penalty));
        assertEqual(fixture, rows, penalty, bound);
      }
    }
  }

  private static void assertEqual(
      VlmFixture fixture, List<Generation> rows, double penalty, double bound) {
    assertThat(rows).hasSize(fixture.ids.size());
    for (int i = 0; i < rows.size(); i++) {
      JsonNode expected = fixture.expected(i, penalty);
      assertThat(rows.get(i).ids())
          .as("row %d, penalty %s", i, penalty)
          .isEqualTo(VlmFixture.longs(expected.get("tokens")));
      double[] wanted = VlmFixture.doubles(expected.get("logprobs"));
      assertThat(VlmFixture.error(rows.get(i).logProbabilities(), wanted)).isLessThan(bound);
      assertThat(rows.get(i).finish()).isEqualTo(FinishReason.LENGTH);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "vlm-base-rsa",
        "vlm-base-mixed-tied",
        "vlm-anyres-wide",
        "vlm-anyres-reduced-tied",
        "vlm-two-images"
      })
  void imagesArePixels(String name) {
    try (VlmFixture fixture = new VlmFixture(name, TorchDtype.FLOAT64)) {
      List<Generation> rows =
          fixture.generator.generate(fixture.manager, fixture.prompts(), GREEDY);
      assertEqual(fixture, rows, 1, 1e-9);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"FLOAT64", "FLOAT32", "BFLOAT16"})
  void aRowDoesNotDependOnItsNeighbours(TorchDtype dtype) {
    double bound = dtype == TorchDtype.FLOAT64 ? 1e-12 : dtype == TorchDtype.FLOAT32 ? 1e-5 : 0.1;
    int count = dtype == TorchDtype.BFLOAT16 ? 1 : TOKENS; // later tokens may round apart
    GenerationOptions options = GenerationOptions.greedy(count).withRepetitionPenalty(1.3);
    try (VlmFixture fixture = new VlmFixture("vlm-base-mixed-tied", dtype)) {
      List<Prompt> prompts = fixture.prompts();
      List<Generation> together = fixture.generator.generate(fixture.manager, prompts, options);
      for (int i = 0; i < prompts.size(); i++) {
        Generation alone =
            fixture.generator.generate(fixture.manager, List.of(prompts.get(i)), options).get(0);
        assertThat(together.get(i).ids()).isEqualTo(alone.ids());
        assertThat(VlmFixture.error(together.get(i).logProbabilities(), alone.logProbabilities()))
            .isLessThan(bound);
      }
    }
  }

  @Test
  void rowsThatEndLeaveTheOthersAlone() {
    try (VlmFixture fixture = new VlmFixture("vlm-base-rsa", TorchDtype.FLOAT64)) {
      // Tokens that the rows write at different times, one of them in row 0 at once.
      long first = fixture.expected(0, 1).get("tokens").get(0).asLong();
      long later = fixture.expected(2, 1).get("tokens").get(9).asLong();
      GenerationOptions options = GREEDY.withStopIds(Set.of(first, later));
      List<Generation> rows =
          fixture.generator.generate(fixture.manager, fixture.prompts(), options);
      List<Integer> lengths = new ArrayList<>();
      for (int i = 0; i < rows.size(); i++) {
        long[] all = VlmFixture.longs(fixture.expected(i, 1).get("tokens"));
        int stop = 0;
        while (stop < all.length && all[stop] != first && all[stop] != later) {
          stop++;
        }
        boolean stopped = stop < all.length;
        Generation row = rows.get(i);
        assertThat(row.finish()).isEqualTo(stopped ? FinishReason.STOP : FinishReason.LENGTH);
        assertThat(row.ids()).isEqualTo(Arrays.copyOf(all, stopped ? stop + 1 : stop));
        assertThat(row.idsBeforeStop()).isEqualTo(Arrays.copyOf(all, stop));
        lengths.add(stop);
      }
      assertThat(Set.copyOf(lengths)).as("rows end at different times").hasSizeGreaterThan(2);
    }
  }

  @Test
  void drawsDependOnTheSeedAlone() {
    try (VlmFixture fixture = new VlmFixture("vlm-base-rsa", TorchDtype.FLOAT32)) {
      List<Prompt> prompts = fixture.prompts();
      List<Generation> once = fixture.generator.generate(fixture.manager, prompts, SAMPLING);
      assertThat(fixture.generator.generate(fixture.manager, prompts, SAMPLING)).isEqualTo(once);
      assertThat(
              fixture.generator.generate(fixture.manager, prompts, SAMPLING.withSampling(1.3, 6)))
          .isNotEqualTo(once);
      Prompt same = prompts.get(0);
      List<Generation> copies =
          fixture.generator.generate(fixture.manager, List.of(same, same), SAMPLING);
      assertThat(copies.get(0)).isNotEqualTo(copies.get(1));
      assertThat(copies.get(0).ids()).isEqualTo(once.get(0).ids());
    }
  }

  @Test
  void tokensAreHandedOutUntilTheListenerEnds() {
    try (VlmFixture fixture = new VlmFixture("vlm-base-rsa", TorchDtype.FLOAT64)) {
      Prompt prompt = fixture.prompts().get(0);
      long[] wanted = VlmFixture.longs(fixture.expected(0, 1).get("tokens"));
      List<Long> heard = new ArrayList<>();
      Generation row =
          fixture.generator.stream(
              fixture.manager,
              prompt,
              GREEDY,
              (id, logProbability) -> {
                assertThat(logProbability).isNegative();
                heard.add(id);
                return heard.size() < 5;
              });
      assertThat(row.finish()).isEqualTo(FinishReason.CANCELLED);
      assertThat(row.ids()).isEqualTo(Arrays.copyOf(wanted, 5));
      assertThat(heard).hasSize(5);
    }
  }

  @Test
  void everyArrayIsClosed() {
    try (VlmFixture fixture = new VlmFixture("vlm-base-mixed-tied", TorchDtype.FLOAT32);
        NDManager caller = fixture.manager.newSubManager();
        GradMode on = GradMode.enabled()) {
      int before = caller.getManagedArrays().size();
      fixture.generator.generate(caller, fixture.prompts(), SAMPLING);
      fixture.generator.generateFromTokens(caller, fixture.ids, fixture.imageTokens, GREEDY);
      assertThat(caller.getManagedArrays()).hasSize(before);
      assertThat(fixture.imageTokens).allMatch(array -> array.getManager() == fixture.manager);
      assertThat(GradMode.isEnabled()).isTrue();
    }
  }

  @Test
  void aFullSequenceEndsARow() {
    try (VlmFixture fixture = new VlmFixture("vlm-text-only", TorchDtype.FLOAT32)) {
      int longest = fixture.model.config().language().maxPositionEmbeddings();
      long[] almost = new long[longest - 3];
      long[] full = new long[longest];
      List<Generation> rows =
          fixture.generator.generate(
              fixture.manager, List.of(Prompt.ofText(almost), Prompt.ofText(1, 2)), GREEDY);
      assertThat(rows.get(0).ids()).hasSize(3);
      assertThat(rows.get(0).finish()).isEqualTo(FinishReason.LENGTH);
      assertThat(rows.get(1).ids()).hasSize(TOKENS);
      assertThatThrownBy(
              () ->
                  fixture.generator.generate(fixture.manager, List.of(Prompt.ofText(full)), GREEDY))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("512 tokens leave no room");
    }
  }

  @Test
  void theCacheGrowsInSteps() {
    try (VlmFixture fixture = new VlmFixture("vlm-text-only", TorchDtype.FLOAT64)) {
      Generation cached =
          fixture
              .generator
              .generate(
                  fixture.manager,
                  List.of(Prompt.ofText(3, 1, 4)),
                  GenerationOptions.greedy(400).withRepetitionPenalty(1.05))
              .get(0);
      // The 300th token again, from a prompt that holds all before it.
      long[] prompt = new long[3 + 300];
      System.arraycopy(new long[] {3, 1, 4}, 0, prompt, 0, 3);
      System.arraycopy(cached.ids(), 0, prompt, 3, 300);
      Generation again =
          fixture
              .generator
              .generate(
                  fixture.manager,
                  List.of(Prompt.ofText(prompt)),
                  GenerationOptions.greedy(1).withRepetitionPenalty(1.05))
              .get(0);
      assertThat(cached.ids()).hasSize(400);
      assertThat(again.ids()[0]).isEqualTo(cached.ids()[300]);
      double expected = again.logProbabilities()[0];
      assertThat(Math.abs(cached.logProbabilities()[300] / expected - 1)).isLessThan(1e-12);
    }
  }

  @Test
  void aDivergedModelIsNamed() {
    try (VlmFixture fixture = new VlmFixture("vlm-text-only", TorchDtype.FLOAT32)) {
      Tensors.fill(fixture.model.language().weight("model.norm.weight"), Double.NaN);
      for (GenerationOptions options : List.of(GREEDY, SAMPLING)) {
        assertThatThrownBy(
                () ->
                    fixture.generator.generate(
                        fixture.manager, List.of(Prompt.ofText(1, 2)), options))
            .isInstanceOf(UserException.class)
            .hasMessageContaining("scores for token 0 are not finite");
      }
    }
  }

  @Test
  void mistakesAreNamed() {
    try (VlmFixture fixture = new VlmFixture("vlm-base-rsa", TorchDtype.FLOAT32)) {
      assertThat(fixture.generator.generate(fixture.manager, List.of(), GREEDY)).isEmpty();
      refused(fixture, Prompt.ofText(), "prompt 0 has no tokens");
      refused(fixture, Prompt.ofText(3, 60), "prompt 0 holds the id 60; the model has 0 to 59");
      refused(fixture, Prompt.ofText(Tokenized.IMAGE), "1 placeholders for 0 images");
      refused(
          fixture,
          new Prompt(new long[] {Tokenized.IMAGE}, List.of(ImageTiles.flat(new float[5], 3))),
          "image 0 has 5 values; the model takes 3 x 18 x 18 = 972");
    }
    assertThatThrownBy(() -> GREEDY.withTopP(1.5)).hasMessageContaining("top-p: 1.5");
    assertThatThrownBy(() -> GREEDY.withRepetitionPenalty(0)).hasMessageContaining("penalty: 0.0");
    assertThatThrownBy(() -> GenerationOptions.greedy(0)).hasMessageContaining("new-tokens: 0");
  }

  private static void refused(VlmFixture fixture, Prompt prompt, String message) {
    assertThatThrownBy(() -> fixture.generator.generate(fixture.manager, List.of(prompt), GREEDY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
