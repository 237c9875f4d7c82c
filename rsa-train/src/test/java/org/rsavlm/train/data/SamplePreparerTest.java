package org.rsavlm.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rsavlm.models.image.AnyRes;
import org.rsavlm.models.image.ImageProcessor;
import org.rsavlm.models.image.ImageReader;
import org.rsavlm.models.image.ImageTiler;
import org.rsavlm.models.image.ImageTiles;
import org.rsavlm.models.image.Resolution;
import org.rsavlm.models.image.RgbImage;
import org.rsavlm.models.text.PromptTemplate;
import org.rsavlm.models.text.Tokenized;
import org.rsavlm.train.config.ColumnsRecipe;

class SamplePreparerTest {

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

  private PreparedSample prepare(String json) throws RejectedSampleException {
    return prepare(json, fixture.preparer(60));
  }

  private PreparedSample prepare(String json, SamplePreparer preparer)
      throws RejectedSampleException {
    Path file = dir.resolve("f.jsonl");
    try {
      Files.writeString(file, "{}" + "\n".repeat(8) + json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    SampleSource source =
        new SampleSource(
            "src", file, fixture.images, SamplingStrategy.ALL, true, ColumnsRecipe.USUAL);
    try (Mixture mixture = Mixture.open(List.of(source), 0)) {
      return preparer.prepare(mixture.sample(1));
    }
  }

  private Rejection rejection(String json) {
    return catchThrowableOfType(RejectedSampleException.class, () -> prepare(json)).rejection();
  }

  @Test
  void aCaptionPairHasImageCaptionAndLabels() throws Exception {
    PreparedSample sample = prepare(Fixture.caption("a", "3.png", "a red circle"));
    long[] caption = fixture.tokenizer.encode("a red circle");
    long[] trained = fixture.tokenizer.encode("a red circle\n");
    assertThat(sample.ids())
        .isEqualTo(
            LongStream.concat(LongStream.of(Tokenized.IMAGE), LongStream.of(trained)).toArray());
    assertThat(sample.labels())
        .isEqualTo(
            LongStream.concat(LongStream.of(Tokenized.IGNORE), LongStream.of(trained)).toArray());
    assertThat(sample.caption()).isEqualTo(caption);
    assertThat(sample.rsa()).isTrue();
    assertThat(sample.length()).isEqualTo(Fixture.TOKENS_PER_IMAGE + trained.length);
    assertThat(sample.images()).hasSize(1);
    assertThat(sample.images().get(0).pixels())
        .containsExactly(
            ImageProcessor.siglip(Fixture.SIDE)
                .pixelValues(ImageReader.read(fixture.images.resolve("3.png"))));
  }

  @Test
  void onlyOneImageWithOneExchangeTakesPartInRsa() throws Exception {
    SamplePreparer chat =
        new SamplePreparer(fixture.tokenizer, PromptTemplate.QWEN_1_5, Fixture.FLAT, 500);
    PreparedSample dialogue =
        prepare(Fixture.sample("a", "1.png", "<image>\nWhat?", "A.", "And?", "B."), chat);
    PreparedSample two =
        prepare(Fixture.sample("b", List.of("1.png", "2.png"), "<image><image>", "A."), chat);
    PreparedSample text = prepare(Fixture.textOnly("c", "What?", "A."), chat);
    PreparedSample pair = prepare(Fixture.sample("d", "1.png", "What?\n<image>", "A."), chat);
    assertThat(List.of(dialogue.rsa(), two.rsa(), text.rsa(), pair.rsa()))
        .containsExactly(false, false, false, true);
    assertThat(dialogue.caption()).isEmpty();
    assertThat(two.images()).hasSize(2);
    assertThat(text.images()).isEmpty();
    assertThat(pair.caption()).isEqualTo(fixture.tokenizer.encode("A."));
  }

  private SamplePreparer anyRes(int maxLength) {
    return new SamplePreparer(fixture.tokenizer, PromptTemplate.QWEN_1_5, tiler(), maxLength);
  }

  /** Tiles of 8 pixels with 2 x 2 features; a picture of 13 x 12 is cut into 2 x 2 of them. */
  private static ImageTiler tiler() {
    return ImageTiler.anyRes(
        ImageProcessor.siglip(Fixture.SIDE),
        new AnyRes(
            Fixture.SIDE,
            2,
            List.of(new Resolution(16, 8), new Resolution(16, 16)),
            0,
            AnyRes.Rounding.HUGGING_FACE));
  }

  @Test
  void anImageAloneIsTiledAndItsTokensAreCounted() throws Exception {
    PreparedSample sample = prepare(Fixture.caption("a", "3.png", "a red circle"), anyRes(200));
    int text = sample.ids().length - 1;
    assertThat(sample.rsa()).isTrue();
    assertThat(sample.tiles()).isEqualTo(5);
    ImageTiles image = sample.images().get(0);
    assertThat(image.tokens()).isEqualTo(4 + 4 * 5);
    assertThat(sample.length()).isEqualTo(text + 24);
    RgbImage picture = ImageReader.read(fixture.images.resolve("3.png"));
    assertThat(image.base()).isEqualTo(ImageProcessor.siglip(Fixture.SIDE).pixelValues(picture));
    assertThat(image.pixels().get(4)).isNotEqualTo(image.base());
    // The base image alone would fit.
    String caption = Fixture.caption("a", "3.png", "a red circle");
    Rejection rejection =
        catchThrowableOfType(
                RejectedSampleException.class, () -> prepare(caption, anyRes(text + 23)))
            .rejection();
    assertThat(rejection.reason()).isEqualTo(RejectionReason.TOO_LONG);
    assertThat(rejection.detail())
        .isEqualTo((text + 24) + " tokens, 24 of images; at most " + (text + 23));
    assertThat(prepare(caption, anyRes(text + 24)).length()).isEqualTo(text + 24);
  }

  @Test
  void ofSeveralImagesEachIsASquareWithANewline() throws Exception {
    PreparedSample sample =
        prepare(
            Fixture.sample("b", List.of("1.png", "3.png"), "<image><image>", "A."), anyRes(200));
    assertThat(sample.tiles()).isEqualTo(2);
    assertThat(sample.length()).isEqualTo(sample.ids().length - 2 + 2 * (4 + 1));
    ImageProcessor processor = ImageProcessor.siglip(Fixture.SIDE);
    RgbImage picture = ImageReader.read(fixture.images.resolve("3.png"));
    assertThat(sample.images().get(1).base())
        .isEqualTo(processor.pixelValues(processor.padToSquare(picture)))
        .isNotEqualTo(processor.pixelValues(picture));
  }

  @Test
  void captionsAloneTrainTheLanguageModel() throws Exception {
    PreparedSample sample =
        prepare(
            Fixture.caption("a", "no-such.png", "a red circle"),
            fixture.preparer(60).withoutImages());
    assertThat(sample.ids()).isEqualTo(fixture.tokenizer.encode("a red circle\n"));
    assertThat(sample.labels()).isEqualTo(sample.ids());
    assertThat(sample.images()).isEmpty();
    assertThat(sample.rsa()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "none.png, IMAGE_MISSING, is not in",
    "broken.png, IMAGE_BROKEN, broken.png",
    "., IMAGE_BROKEN, not a file",
    "../secret.png, IMAGE_OUTSIDE, leads out of",
    "a/../../secret.png, IMAGE_OUTSIDE, leads out of",
    "/etc/passwd, IMAGE_OUTSIDE, leads out of",
    "link.png, IMAGE_OUTSIDE, leads out of",
    "linked/secret.png, IMAGE_OUTSIDE, leads out of",
    "'a\u0000.png', IMAGE_MISSING, can't be opened",
  })
  void aBadImageIsRejected(String name, RejectionReason reason, String detail) throws Exception {
    Path secret = dir.resolve("secret.png");
    Files.copy(fixture.images.resolve("1.png"), secret);
    Files.createSymbolicLink(fixture.images.resolve("link.png"), secret);
    Files.createSymbolicLink(fixture.images.resolve("linked"), dir);
    Rejection rejection = rejection(Fixture.caption("x1", name, "a caption"));
    assertThat(rejection.reason()).isEqualTo(reason);
    assertThat(rejection.id()).isEqualTo("x1");
    assertThat(rejection.source()).isEqualTo("src");
    assertThat(rejection.detail()).contains(detail);
  }

  @Test
  void aLinkWithinTheDirectoryIsFollowed() throws Exception {
    Files.createSymbolicLink(fixture.images.resolve("same.png"), Path.of("1.png"));
    assertThat(prepare(Fixture.caption("a", "same.png", "a caption")).images()).hasSize(1);
  }

  @Test
  void theWrongNumberOfPlaceholdersIsRejected() throws Exception {
    assertThat(rejection(Fixture.sample("a", "1.png", "Describe it.", "A.")))
        .isEqualTo(
            new Rejection("a", "src", RejectionReason.IMAGE_COUNT, "1 images but 0 <image>"));
    assertThat(rejection(Fixture.textOnly("b", "<image>\nWhat?", "A.")).reason())
        .isEqualTo(RejectionReason.IMAGE_COUNT);
    assertThat(rejection(Fixture.sample("c", List.of("1.png", "2.png"), "<image>", "A.")).detail())
        .isEqualTo("2 images but 1 <image>");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  \n\t "})
  void anEmptyCaptionIsRejected(String caption) throws Exception {
    assertThat(rejection(Fixture.caption("a", "1.png", caption)).reason())
        .isEqualTo(RejectionReason.EMPTY_CAPTION);
  }

  @Test
  void aSampleThatIsTooLongIsRejectedAndNotCut() throws Exception {
    String caption = "\u0001".repeat(56);
    assertThat(fixture.tokenizer.encode(caption + "\n")).hasSize(57);
    assertThat(rejection(Fixture.caption("a", "1.png", caption)))
        .isEqualTo(
            new Rejection(
                "a", "src", RejectionReason.TOO_LONG, "61 tokens, 4 of images; at most 60"));
    assertThat(prepare(Fixture.caption("a", "1.png", caption.substring(1))).length()).isEqualTo(60);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"id\": \"a\",|f.jsonl:9|not valid JSON",
        "{\"id\": \"a\"} {}|f.jsonl:9|not valid JSON",
        "[1]|f.jsonl:9|expected a JSON object, found ARRAY",
        "{\"id\": \"a\"}|a|\"conversations\": expected a list of turns, found nothing",
        "{\"conversations\": []}|f.jsonl:9|found an empty list",
        "{\"id\": 7, \"conversations\": [\"x\"]}|7|\"from\": expected a text",
        "{\"id\": \"a\", \"conversations\": [{\"from\": \"gpt\", \"value\": 3}]}|a|\"value\"",
        "{\"id\": \"a\", \"conversations\": [{\"from\": \"bot\", \"value\": \"\"}]}|a|\"bot\"",
        "{\"id\": \"a\", \"image\": 3, \"conversations\": []}|a|\"image\": expected a text",
        "{\"id\": \"a\", \"image\": [\"\"], \"conversations\": []}|a|\"image\" is empty",
        "{\"id\": \"a\", \"video\": \"v.mp4\", \"conversations\": []}|a|only images",
      })
  void aMalformedSampleIsRejectedWithItsPlace(String json, String id, String detail) {
    Rejection rejection = rejection(json);
    assertThat(rejection.reason()).isEqualTo(RejectionReason.MALFORMED);
    assertThat(rejection.id()).isEqualTo(id);
    assertThat(rejection.detail()).contains(detail);
  }

  @Test
  void aConversationThatDoesNotFitThePromptIsRejected() throws Exception {
    Rejection rejection = rejection(Fixture.sample("a", "1.png", "<image>", "A.", "B?", "C."));
    assertThat(rejection.reason()).isEqualTo(RejectionReason.MALFORMED);
    assertThat(rejection.detail()).contains("plain prompt");
  }
}
