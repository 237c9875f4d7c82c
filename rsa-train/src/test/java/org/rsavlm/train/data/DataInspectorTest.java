package org.rsavlm.train.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rsavlm.models.text.PromptTemplate;

class DataInspectorTest {

  private Fixture fixture;
  @TempDir private Path dir;

  @BeforeEach
  void setUp() throws IOException {
    fixture = new Fixture(dir);
  }

  @AfterEach
  void tearDown() {
    fixture.close();
  }

  private DataReport inspect(SamplePreparer preparer, int samples, SampleSource... sources) {
    try (Mixture mixture = Mixture.open(List.of(sources), 0)) {
      return new DataInspector(preparer, fixture.tokenizer, samples, 2, 2).inspect(mixture);
    }
  }

  @Test
  void countsLengthsAndFaultsOfEachSource() throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add(Fixture.caption("a", "1.png", "one two three"));
    lines.add(Fixture.caption("b", "none.png", "one two three"));
    lines.add(Fixture.caption("c", "broken.png", "one two three"));
    lines.add(Fixture.caption("d", "2.png", "one two three four five"));
    lines.add(Fixture.textOnly("e", "", "one"));
    Path file = fixture.lines("a.jsonl", lines);
    SampleSource captions = SampleSource.of(file, fixture.images).withRsa(true);
    DataReport report = inspect(fixture.preparer(100), 0, captions, captions);
    assertThat(report.sources()).extracting(DataReport.Source::name).containsExactly("a", "a-2");
    DataReport.Source source = report.sources().get(0);
    assertThat(source.inFile()).isEqualTo(5);
    assertThat(source.checked()).isEqualTo(5);
    assertThat(source.usable()).isEqualTo(3);
    assertThat(source.rsaPairs()).isEqualTo(2);
    assertThat(source.images()).isEqualTo(2);
    assertThat(source.rejected())
        .isEqualTo(Map.of(RejectionReason.IMAGE_MISSING, 1L, RejectionReason.IMAGE_BROKEN, 1L));
    assertThat(source.rejections()).extracting(Rejection::id).containsExactly("b", "c");
    assertThat(source.captionWords()).isEqualTo(new Spread(1, 3, 3, 5, 5));
    int a = fixture.tokenizer.encode("one two three\n").length;
    int d = fixture.tokenizer.encode("one two three four five\n").length;
    int e = fixture.tokenizer.encode("one\n").length;
    assertThat(source.trainedTokens()).isEqualTo(a + d + e);
    assertThat(source.tokens()).isEqualTo(a + d + e + 2 * Fixture.TOKENS_PER_IMAGE);
    assertThat(source.lengths().max()).isEqualTo(d + Fixture.TOKENS_PER_IMAGE);
    assertThat(report.rejectedShare()).isEqualTo(0.4);
    assertThat(report.selected()).isEqualTo(10);
    assertThat(report.toJson().at("/sources/1/rejected/broken image").asInt()).isEqualTo(1);
  }

  @Test
  void examplesMarkTheTrainedTokens() throws IOException {
    SamplePreparer chat =
        new SamplePreparer(fixture.tokenizer, PromptTemplate.QWEN_1_5, Fixture.FLAT, 500);
    Path file =
        fixture.lines(
            "a.jsonl", List.of(Fixture.sample("a", "1.png", "<image>\nWhat is it?", "A cat.")));
    SampleSource source = SampleSource.of(file, fixture.images);
    assertThat(inspect(chat, 0, source).sources().get(0).examples())
        .containsExactly(
            new DataReport.Example(
                "a",
                false,
                """
                ⟦<|im_start|>⟧system⟦
                ⟧You are a helpful assistant.⟦<|im_end|>
                <|im_start|>⟧user⟦
                ⟧<image>⟦
                ⟧What is it?⟦<|im_end|>
                <|im_start|>assistant
                A cat.<|im_end|>
                ⟧\
                """));
    assertThat(inspect(fixture.preparer(100), 0, source).sources().get(0).examples())
        .containsExactly(new DataReport.Example("a", false, "<image>⟦A cat.\n⟧"));
  }

  @Test
  void aDrawEstimatesTheWhole() throws IOException {
    SampleSource source = SampleSource.of(fixture.captions(400), fixture.images);
    DataReport whole = inspect(fixture.preparer(100), 0, source);
    DataReport drawn = inspect(fixture.preparer(100), 100, source);
    assertThat(drawn.sources().get(0).checked()).isEqualTo(100);
    assertThat(drawn.selected()).isEqualTo(400);
    assertThat((double) drawn.tokensPerEpoch() / whole.tokensPerEpoch()).isBetween(0.9, 1.1);
    assertThat(drawn.sources().get(0).examples()).isNotEqualTo(whole.sources().get(0).examples());
  }

  @Test
  void aMissingImagesDirectoryIsAnError() throws IOException {
    Path file = fixture.captions(3);
    Files.createDirectories(dir.resolve("empty"));
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> inspect(fixture.preparer(9), 0, SampleSource.of(file, dir.resolve("none"))))
        .isInstanceOf(org.rsavlm.core.UserException.class)
        .hasMessageContaining("data source captions-3: images_dir")
        .hasMessageContaining("none can't be opened");
  }
}
