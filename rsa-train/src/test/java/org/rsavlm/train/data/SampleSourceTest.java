package org.rsavlm.train.data;

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
import org.rsavlm.core.UserException;
import org.rsavlm.train.config.ColumnsRecipe;
import org.rsavlm.train.config.SourceRecipe;

class SampleSourceTest {

  @TempDir private Path dir;

  private List<SampleSource> mixture(String yaml, boolean rsa) throws IOException {
    Files.writeString(dir.resolve("mixture.yaml"), yaml);
    return SampleSource.resolve(
        List.of(new SourceRecipe(Path.of("mixture.yaml"), Path.of("images"), "all", rsa, "", null)),
        dir);
  }

  @Test
  void aMixtureFileOfLlavaNextIsReadUnchanged() throws IOException {
    List<SampleSource> sources =
        mixture(
            """
            datasets:
            - json_path: /mnt/data/a.json
              sampling_strategy: all
            - json_path: sub/b.jsonl # comment
              sampling_strategy: "first:10%"
            - json_path: sub/c.json
              sampling_strategy: random:3000
            - json_path: d.json
            """,
            true);
    assertThat(sources)
        .extracting(s -> s.name() + " " + s.file() + " " + s.sampling() + " " + s.rsa())
        .containsExactly(
            "a /mnt/data/a.json all true",
            "b " + dir + "/sub/b.jsonl first:10% true",
            "c " + dir + "/sub/c.json random:3000 true",
            "d " + dir + "/d.json all true");
    assertThat(sources).allMatch(s -> s.imagesDir().equals(dir.resolve("images")));
  }

  @Test
  void ourOwnKeysAreOptional() throws IOException {
    List<SampleSource> sources =
        mixture(
            """
            datasets:
            - {json_path: a.json, images_dir: other, rsa: true, name: captions}
            - {json_path: b.json, rsa: false}
            """,
            false);
    assertThat(sources)
        .containsExactly(
            new SampleSource(
                "captions",
                dir.resolve("a.json"),
                dir.resolve("other"),
                SamplingStrategy.ALL,
                true,
                ColumnsRecipe.USUAL),
            new SampleSource(
                "b",
                dir.resolve("b.json"),
                dir.resolve("images"),
                SamplingStrategy.ALL,
                false,
                ColumnsRecipe.USUAL));
  }

  @Test
  void withoutAnImagesDirectoryItIsTheFiles() {
    assertThat(
            SampleSource.resolve(
                    List.of(new SourceRecipe(Path.of("sub/a.json"), null, "all", false, "", null)),
                    dir)
                .get(0)
                .imagesDir())
        .isEqualTo(dir.resolve("sub"));
  }

  @Test
  void anUnknownKeyIsNamedWithItsLine() {
    assertThatThrownBy(() -> mixture("datasets:\n- json_path: a.json\n  sampling: all\n", false))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("mixture.yaml:3")
        .hasMessageContaining("sampling");
  }

  @Test
  void aMixtureInAMixtureIsRefused() {
    assertThatThrownBy(() -> mixture("datasets: [{json_path: other.yaml}]", false))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("lists the mixture other.yaml");
  }

  @Test
  void columnsAreStatedAtSources() throws IOException {
    List<SampleSource> sources =
        mixture(
            """
            datasets:
            - {json_path: a.parquet, columns: {image: jpg, conversations: messages}}
            - {json_path: b.json}
            """,
            false);
    assertThat(sources)
        .extracting(SampleSource::columns)
        .containsExactly(
            new ColumnsRecipe(null, "jpg", "messages", null, null, null), ColumnsRecipe.USUAL);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a.parquet | {imag: jpg}                    | did you mean 'image'?",
        "a.parquet | {question: q}                  | columns.question is given alone",
        "a.parquet | {caption: c, conversations: d} | columns.caption is given beside conversations",
      })
  void columnsThatCanNotBeMeantAreNamed(String file, String columns, String message) {
    String yaml = "datasets:\n- json_path: " + file + "\n  columns: " + columns;
    assertThatThrownBy(() -> mixture(yaml, false))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(message);
  }

  @Test
  void columnsOfAWholeMixtureAreRefused() throws IOException {
    Files.writeString(dir.resolve("mixture.yaml"), "datasets: [{json_path: a.parquet}]");
    SourceRecipe source =
        new SourceRecipe(
            Path.of("mixture.yaml"),
            null,
            "all",
            false,
            "",
            new ColumnsRecipe(null, "jpg", null, null, null, null));
    assertThatThrownBy(() -> SampleSource.resolve(List.of(source), dir))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("has columns stated for a whole mixture");
  }
}
