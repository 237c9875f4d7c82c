package org.rsavlm.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rsavlm.core.UserException;
import org.rsavlm.models.image.ImageTiles;
import org.rsavlm.models.text.PromptTemplate;
import org.rsavlm.train.config.ColumnsRecipe;
import org.rsavlm.train.config.SourceRecipe;

/** Fixtures are written by rsa-models/src/test/python/parquet_fixtures.py. */
class ParquetStoreTest {

  private static final Path FIXTURES =
      Path.of("../rsa-models/src/test/resources/org/rsavlm/models/table").toAbsolutePath();

  @TempDir Path dir;
  private Fixture fixture;

  @BeforeEach
  void open() throws IOException {
    fixture = new Fixture(dir);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private SamplePreparer preparer() {
    return new SamplePreparer(fixture.tokenizer, PromptTemplate.QWEN_1_5, Fixture.FLAT, 400);
  }

  private static Mixture mixture(Path file) {
    return mixture(file, null);
  }

  private static Mixture mixture(Path file, @Nullable ColumnsRecipe columns) {
    Path images = FIXTURES.resolve("images");
    SourceRecipe source = new SourceRecipe(file, images, "all", true, "", columns);
    return Mixture.open(SampleSource.resolve(List.of(source), FIXTURES), 7);
  }

  private List<PreparedSample> take(Path file, int batches, DataPosition start, boolean group) {
    return take(mixture(file), batches, start, group);
  }

  private List<PreparedSample> take(
      Mixture samplesOf, int batches, DataPosition start, boolean group) {
    LoaderOptions options =
        LoaderOptions.of(5, 3).withGroupByModality(group).withWorkers(3, 2).withDropLast(true);
    List<PreparedSample> samples = new ArrayList<>();
    try (Mixture mixture = samplesOf;
        RejectionLog log = new RejectionLog(null, 0);
        DataLoader loader = new DataLoader(mixture, preparer(), options, log, start)) {
      for (int i = 0; i < batches; i++) {
        samples.addAll(loader.next().samples());
      }
    }
    return samples;
  }

  private static void assertSame(List<PreparedSample> found, List<PreparedSample> wanted) {
    assertThat(found).hasSameSizeAs(wanted);
    for (int i = 0; i < wanted.size(); i++) {
      assertThat(parts(found.get(i))).isDeepEqualTo(parts(wanted.get(i)));
    }
  }

  private static Object[][] parts(PreparedSample sample) {
    List<Object> parts = new ArrayList<>(List.of(sample.id(), sample.rsa(), sample.length()));
    parts.addAll(List.of(sample.ids(), sample.labels(), sample.caption()));
    for (ImageTiles image : sample.images()) {
      parts.add(image.layout());
      parts.addAll(image.pixels());
    }
    return new Object[][] {parts.toArray()};
  }

  @ParameterizedTest
  @CsvSource({
    "single-snappy.parquet, single.jsonl",
    "single-pages.parquet, single.jsonl",
    "single-indexed.parquet, single.jsonl",
    "single-plain.parquet, single.jsonl",
    "single-sequence.parquet, single.jsonl",
    "several-snappy.parquet, several.jsonl",
    "several-pages.parquet, several.jsonl",
    "captions-struct.parquet, captions.jsonl",
    "captions-bytes.parquet, captions.jsonl",
    "captions-paths.parquet, captions.jsonl",
    "shards, single.jsonl",
    "shards/train-*.parquet, single.jsonl",
    "*/train-?.parquet, single.jsonl",
  })
  void givesTheBatchesThatTheSameSamplesGiveAsJson(String parquet, String json) {
    for (boolean group : new boolean[] {false, true}) {
      assertSame(
          take(FIXTURES.resolve(parquet), 9, DataPosition.START, group),
          take(FIXTURES.resolve(json), 9, DataPosition.START, group));
    }
  }

  @ParameterizedTest
  @MethodSource("otherNames")
  void columnsMayHaveOtherNames(String parquet, ColumnsRecipe columns, String json) {
    for (boolean group : new boolean[] {false, true}) {
      assertSame(
          take(mixture(FIXTURES.resolve(parquet), columns), 9, DataPosition.START, group),
          take(FIXTURES.resolve(json), 9, DataPosition.START, group));
    }
  }

  static List<Arguments> otherNames() {
    return List.of(
        Arguments.of(
            "named-messages.parquet",
            new ColumnsRecipe("__key__", "jpg", "messages", null, null, null),
            "single.jsonl"),
        Arguments.of(
            "named-captions.parquet",
            new ColumnsRecipe("uid", "figure", null, "alt_text", null, null),
            "captions.jsonl"),
        Arguments.of(
            "named-questions.parquet",
            new ColumnsRecipe(null, "pictures", null, null, "question", "answer"),
            "questions.jsonl"));
  }

  @Test
  void aStatedColumnThatIsNotThereIsNamedWithThoseThatAre() {
    ColumnsRecipe columns = new ColumnsRecipe(null, "figur", null, "alt_text", null, null);
    assertThatThrownBy(() -> mixture(FIXTURES.resolve("named-captions.parquet"), columns))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("has no column 'figur', which columns.image names")
        .hasMessageContaining(
            "did you mean 'figure'? its columns: uid, alt_text, text, image, figure");
  }

  @Test
  void aColumnOfTheWrongTypeIsNamed() {
    Path file = FIXTURES.resolve("named-captions.parquet");
    assertThatThrownBy(
            () -> mixture(file, new ColumnsRecipe(null, null, null, "figure", null, null)))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("column figure holds no text by its type");
    assertThatThrownBy(() -> mixture(file, new ColumnsRecipe(null, null, "text", null, null, null)))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("column text holds no turns by its type");
  }

  @Test
  void samplesAreWhatTheFileSays() throws RejectedSampleException {
    try (Mixture parquet = mixture(FIXTURES.resolve("several-snappy.parquet"));
        Mixture json = mixture(FIXTURES.resolve("several.jsonl"))) {
      assertThat(parquet.size()).isEqualTo(24).isEqualTo(json.size());
      for (int i = 0; i < parquet.size(); i++) {
        Sample found = parquet.sample(i);
        assertThat(found.id()).isEqualTo(json.sample(i).id());
        assertThat(found.conversations()).isEqualTo(json.sample(i).conversations());
        assertThat(found.images()).hasSameSizeAs(json.sample(i).images());
        assertThat(parquet.hasImages(i)).isEqualTo(!found.images().isEmpty());
      }
    }
  }

  @Test
  void goesOnWhereItStopped() {
    Path file = FIXTURES.resolve("shards");
    List<PreparedSample> whole = take(file, 8, DataPosition.START, false);
    assertSame(take(file, 6, new DataPosition(0, 10), false), whole.subList(10, 40));
  }

  @Test
  void badRowsAreRejectedWithIdAndReason() {
    TreeMap<String, String> reasons = new TreeMap<>();
    List<String> usable = new ArrayList<>();
    try (Mixture mixture = mixture(FIXTURES.resolve("bad.parquet"));
        PreparedStream stream =
            new PreparedStream(mixture, i -> i, mixture.size(), preparer(), 2, 8)) {
      while (stream.hasNext()) {
        PreparedStream.Item item = stream.next();
        if (item instanceof PreparedStream.Unusable unusable) {
          reasons.put(unusable.rejection().id(), unusable.rejection().reason().label());
          assertThat(unusable.rejection().detail()).isNotBlank().doesNotContain("\n");
        } else if (item instanceof PreparedStream.Usable good) {
          usable.add(good.sample().id());
        }
      }
    }
    assertThat(usable).containsExactly("good", "beside", "text");
    TreeMap<String, String> expected = new TreeMap<>();
    expected.put("no-turns", "malformed");
    expected.put("no-bytes", "missing image");
    expected.put("broken", "broken image");
    expected.put("empty", "broken image");
    expected.put("no-file", "missing image");
    expected.put("outside", "image outside images_dir");
    expected.put("null-image", "image count");
    expected.put("bad.parquet:11", "empty caption");
    assertThat(reasons).isEqualTo(expected);
  }

  @Test
  void theDataCheckReadsIt() {
    try (Mixture mixture = mixture(FIXTURES.resolve("bad.parquet"))) {
      DataReport.Source source =
          new DataInspector(preparer(), fixture.tokenizer, 0, 1, 2)
              .inspect(mixture)
              .sources()
              .get(0);
      assertThat(source.name()).isEqualTo("bad");
      assertThat(source.usable()).isEqualTo(3);
    }
  }

  /** Opens a file and prepares all that is in it. */
  private int readAll(Path file) {
    int usable = 0;
    try (Mixture mixture = mixture(file)) {
      for (int i = 0; i < mixture.size(); i++) {
        try {
          preparer().prepare(mixture.sample(i));
          usable++;
        } catch (RejectedSampleException e) {
          assertThat(e.rejection().detail()).isNotBlank();
        }
      }
    }
    return usable;
  }

  @Test
  void aDamagedPageIsNamed() throws IOException {
    byte[] bytes = Files.readAllBytes(FIXTURES.resolve("single-indexed.parquet"));
    int png = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("IDAT");
    bytes[png + 20] ^= 1;
    Path file = Files.write(dir.resolve("flipped.parquet"), bytes);
    assertThatThrownBy(() -> readAll(file))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("flipped.parquet, row group 0, image ")
        .hasMessageContaining("checksum")
        .message()
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 100, 9000, 21_760})
  void aFileCutShortIsNamed(int length) throws IOException {
    byte[] bytes = Files.readAllBytes(FIXTURES.resolve("single-snappy.parquet"));
    Path file = Files.write(dir.resolve("cut.parquet"), Arrays.copyOf(bytes, length));
    assertThatThrownBy(() -> readAll(file))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining("can't be read as Parquet")
        .message()
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"single-snappy.parquet", "single-indexed.parquet", "several-pages.parquet"})
  void noDamageEndsInAnythingElse(String name) throws IOException {
    byte[] bytes = Files.readAllBytes(FIXTURES.resolve(name));
    Random random = new Random(5);
    int refused = 0;
    for (int i = 0; i < 60; i++) {
      byte[] damaged = bytes.clone();
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        damaged[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      // Half of the faults where the structure is: in the footer.
      damaged[bytes.length - 1 - random.nextInt(i % 2 == 0 ? 2500 : bytes.length)] ^= 0x55;
      Path file = Files.write(dir.resolve("damaged.parquet"), damaged);
      try {
        readAll(file);
      } catch (UserException e) {
        assertThat(e.getMessage()).doesNotContain("\n");
        refused++;
      }
    }
    assertThat(refused).isBetween(10, 60);
  }

  @Test
  void whatIsNoDataIsNamed() throws IOException {
    assertThatThrownBy(() -> mixture(FIXTURES.resolve("nothing.parquet")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("no samples in its columns: question");
    assertThatThrownBy(() -> mixture(dir.resolve("none.parquet")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("none.parquet: can't be read: no such file");
    for (String path : List.of("images", "none-*.parquet")) {
      assertThatThrownBy(() -> mixture(dir.resolve(path)))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("no .parquet file is there");
    }
    Path text = Files.writeString(dir.resolve("text.parquet"), "a text that is no Parquet file");
    assertThatThrownBy(() -> mixture(text))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("text.parquet: can't be read as Parquet");
  }

  @Test
  void nothingStaysInTheTemporaryDirectory() throws IOException {
    List<Path> before = temporaries();
    try (Mixture mixture = mixture(FIXTURES.resolve("shards"))) {
      assertThat(mixture.size()).isEqualTo(24);
      assertThat(temporaries()).isEqualTo(before);
    }
  }

  private static List<Path> temporaries() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files.filter(f -> f.getFileName().toString().startsWith("rsa-texts")).toList();
    }
  }

  @Test
  void manyThreadsReadTheSameImages() {
    try (Mixture mixture = mixture(FIXTURES.resolve("single-snappy.parquet"))) {
      SamplePreparer preparer = preparer();
      List<PreparedSample> once =
          IntStream.range(0, 24).mapToObj(i -> at(mixture, preparer, i)).toList();
      List<PreparedSample> often =
          IntStream.range(0, 480).parallel().mapToObj(i -> at(mixture, preparer, i % 24)).toList();
      for (int i = 0; i < often.size(); i += 24) {
        assertSame(often.subList(i, i + 24), once);
      }
    }
  }

  private static PreparedSample at(Mixture mixture, SamplePreparer preparer, int index) {
    try {
      return preparer.prepare(mixture.sample(index));
    } catch (RejectedSampleException e) {
      throw new AssertionError(e);
    }
  }
}
