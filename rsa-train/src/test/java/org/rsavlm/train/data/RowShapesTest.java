package org.rsavlm.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rsavlm.core.UserException;
import org.rsavlm.models.text.PromptTemplate;
import org.rsavlm.train.config.ColumnsRecipe;
import org.rsavlm.train.config.SourceRecipe;

/** Rows of every shape that measuring reads are samples too, whatever the file's format. */
class RowShapesTest {

  private static final Path TABLES =
      Path.of("../rsa-models/src/test/resources/org/rsavlm/models/table").toAbsolutePath();

  @TempDir Path dir;

  private static Mixture mixture(Path file, ColumnsRecipe columns) {
    SourceRecipe source =
        new SourceRecipe(file, TABLES.resolve("images"), "all", true, "", columns);
    return Mixture.open(SampleSource.resolve(List.of(source), TABLES), 7);
  }

  private static List<String> texts(Path file, ColumnsRecipe columns) {
    List<String> texts = new ArrayList<>();
    try (Mixture mixture = mixture(file, columns)) {
      for (int i = 0; i < mixture.size(); i++) {
        Sample sample = mixture.sample(i);
        texts.add(sample.id() + " " + sample.images().size() + " " + sample.conversations());
        sample.images().forEach(image -> assertThat(image.read().height()).isEqualTo(12));
        assertThat(mixture.hasImages(i)).isEqualTo(!sample.images().isEmpty());
      }
    } catch (RejectedSampleException e) {
      throw new AssertionError(e);
    }
    return texts;
  }

  @ParameterizedTest
  @CsvSource({"coco-texts.parquet", "coco-raw.parquet"})
  void ofSeveralCaptionsTheFirstIsTrained(String parquet) {
    assertThat(texts(TABLES.resolve(parquet), null))
        .isEqualTo(texts(TABLES.resolve("captions.jsonl"), null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'image': '1.png', 'conversations': [{'from': 'human', 'value': '<image>'}, {'from': 'gpt', 'value': 'A.'}]}",
        "{'image': '1.png', 'conversations': [{'from': 'user', 'value': '<image>'}, {'from': 'assistant', 'value': 'A.'}]}",
        "{'image': '1.png', 'conversations': [{'role': 'user', 'content': '<image>'}, {'role': 'assistant', 'content': 'A.'}]}",
        "{'images': ['1.png'], 'messages': [{'role': 'user', 'content': '<image>'}, {'role': 'assistant', 'content': 'A.'}]}",
        "{'image': {'path': '1.png'}, 'messages': {'role': ['user', 'assistant'], 'content': ['<image>', 'A.']}}",
        "{'image': '1.png', 'caption': 'A.'}",
        "{'image': ['1.png'], 'text': 'A.', 'other': [[1], {'a': [2]}]}",
        "{'filename': '1.png', 'sentences': [{'raw': 'A.'}, {'raw': 'B.'}]}",
        "{'filename': '1.png', 'caption': ['', 'A.']}",
        "{'image': '1.png', 'caption_reference_description': 'A.'}",
      })
  void aCaptionOfAnImageInJson(String json) throws IOException {
    String row = json.replace('\'', '"');
    for (String text : List.of(row + "\n", "[" + row + "]")) {
      Path file = Files.writeString(dir.resolve("a.json"), text);
      assertThat(texts(file, null))
          .containsExactly("a.json:1 1 [Turn[role=HUMAN, text=<image>], Turn[role=GPT, text=A.]]");
    }
  }

  @Test
  void columnsNameThoseOfJson() throws IOException {
    Path file =
        Files.writeString(
            dir.resolve("q.jsonl"),
            """
            {"key": "a", "picture": "1.png", "q": "What?", "a": "One."}
            {"key": "b", "picture": ["1.png", "2.png"], "q": "What?", "a": "Two."}
            {"key": "c", "q": "What?", "a": "None."}
            """);
    ColumnsRecipe columns = new ColumnsRecipe("key", "picture", null, null, "q", "a");
    assertThat(texts(file, columns))
        .containsExactly(
            "a 1 [Turn[role=HUMAN, text=<image>\nWhat?], Turn[role=GPT, text=One.]]",
            "b 2 [Turn[role=HUMAN, text=<image>\n<image>\nWhat?], Turn[role=GPT, text=Two.]]",
            "c 0 [Turn[role=HUMAN, text=What?], Turn[role=GPT, text=None.]]");
  }

  @Test
  void aDirectoryOrGlobOfJsonIsOneSource() throws IOException {
    Path data = Files.createDirectories(dir.resolve("data"));
    Files.writeString(data.resolve("b.jsonl"), Fixture.caption("b", "1.png", "B.") + "\n");
    Files.writeString(data.resolve("a.json"), "[" + Fixture.caption("a", "2.png", "A.") + "]");
    assertThat(texts(data, null)).extracting(text -> text.charAt(0)).containsExactly('a', 'b');
    assertThat(texts(data.resolve("*.jsonl"), null)).hasSize(1);
    // JSON beside Parquet describes it.
    Files.copy(TABLES.resolve("coco-texts.parquet"), data.resolve("c.parquet"));
    assertThat(texts(data, null)).isEqualTo(texts(TABLES.resolve("captions.jsonl"), null));
  }

  @Test
  void rowsThatAreNoSamplesAreRejectedWithTheColumnThatTheyHave() throws IOException {
    Path file =
        Files.writeString(
            dir.resolve("bad.jsonl"),
            """
            {"id": "null", "image": "1.png", "caption": null}
            {"id": "blank", "image": "1.png", "captions": [" ", ""]}
            {"id": "role", "messages": [{"role": "system", "content": "Be brief."}]}
            {"id": "number", "image": 7, "caption": "A."}
            {"id": "out", "image": "../single.jsonl", "caption": "A."}
            """);
    Map<String, String> details = new TreeMap<>();
    try (Fixture fixture = new Fixture(dir);
        Mixture mixture = mixture(file, null)) {
      SamplePreparer preparer =
          new SamplePreparer(fixture.tokenizer, PromptTemplate.QWEN_1_5, Fixture.FLAT, 400);
      for (int i = 0; i < mixture.size(); i++) {
        int index = i;
        assertThatThrownBy(() -> preparer.prepare(mixture.sample(index)))
            .isInstanceOfSatisfying(
                RejectedSampleException.class,
                e ->
                    details.put(
                        e.rejection().id(),
                        e.rejection().reason().label() + ": " + e.rejection().detail()));
      }
    }
    assertThat(details.get("null")).isEqualTo("malformed: column caption is null");
    assertThat(details.get("blank")).isEqualTo("empty caption: no caption in column captions");
    assertThat(details.get("role"))
        .isEqualTo("malformed: field \"role\" is \"system\", must be user or assistant");
    assertThat(details.get("number")).startsWith("malformed: field \"image\": expected a text");
    assertThat(details.get("out")).startsWith("image outside images_dir: ");
  }

  @Test
  void aFileOfAnotherKindIsNamed() throws IOException {
    Path file = Files.writeString(dir.resolve("a.csv"), "image,caption\n1.png,A.\n");
    assertThatThrownBy(() -> mixture(file, null))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("a.csv: no data file");
  }
}
