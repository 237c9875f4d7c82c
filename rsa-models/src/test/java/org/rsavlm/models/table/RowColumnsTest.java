package org.rsavlm.models.table;

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

class RowColumnsTest {

  private static final Path BENCHMARKS = Path.of("../rsa-eval/src/test/resources/benchmark");

  @TempDir Path temp;

  private Row row(String json) throws IOException {
    Path file = Files.writeString(temp.resolve("a.jsonl"), json.replace('\'', '"'));
    try (RowSource rows = TableFiles.open(List.of(file))) {
      return rows.next();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "llava | {'image': 'a.png', 'conversations': [{'from': 'human', 'value': '<image>'}, {'from': 'gpt', 'value': 'One.'}]} | One.",
        "coco | {'image': 'a.png', 'sentences': ['One.', 'Two.']} | One./Two.",
        "coco | {'filename': 'a.png', 'sentences': [{'raw': 'One.', 'tokens': ['one']}, {'raw': 'Two.'}]} | One./Two.",
        "coco | {'image': 'a.png', 'captions': ['One.', ' ']} | One.",
        "flickr30k | {'image': 'a.png', 'caption': ['One.', 'Two.'], 'sentids': ['0', '1']} | One./Two.",
        "wit | {'image': 'a.png', 'caption_reference_description': 'One.'} | One.",
        "wit | {'image': 'a.png', 'text': ['One.', 'Two.']} | One./Two.",
        "wit | {'image': 'a.png', 'text': 'One.'} | One.",
      })
  void dataSetsAreRecognised(String name, String json, String captions) throws IOException {
    Row row = row(json);
    RowColumns columns = RowColumns.detect(row);
    assertThat(columns.name()).isEqualTo(name);
    assertThat(columns).isEqualTo(RowColumns.parse(name));
    assertThat(String.join("/", columns.captions(row))).isEqualTo(captions);
  }

  /** What a recipe's source may hold can be measured too. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'images': ['a.png'], 'messages': [{'role': 'user', 'content': '<image>'}, {'role': 'assistant', 'content': 'One.'}]} | usual |",
        "{'image': 'a.png', 'conversations': {'from': ['human', 'gpt'], 'value': ['<image>', 'One.']}} | llava |",
        "{'image': 'a.png', 'conversations': [{'role': 'user', 'content': 'What?'}, {'role': 'assistant', 'content': 'One.'}]} | llava |",
        "{'jpg': 'a.png', 'said': [{'from': 'user', 'value': 'What?'}, {'from': 'assistant', 'value': 'One.'}]} | custom | image=jpg, conversations=said",
        "{'jpg': 'a.png', 'q': 'What?', 'a': 'One.', 'caption': 'Two.'} | custom | image=jpg,question=q,answer=a",
        "{'jpg': 'a.png', 'alt': ['One.', 'Two.'], 'caption': 'Two.'} | custom | id=key,image=jpg,caption=alt",
      })
  void trainingsFormsCanBeMeasured(String json, String name, String stated) throws IOException {
    Row row = row(json);
    RowColumns columns = stated == null ? RowColumns.detect(row) : RowColumns.parse(stated);
    assertThat(columns.name()).isEqualTo(name);
    assertThat(columns.captions(row)).startsWith("One.");
    assertThatThrownBy(() -> columns.image(row)).hasMessageContaining("image a.png is not in");
  }

  @Test
  void columnsCanBeNamed() throws IOException {
    Row row = row("{'picture': 'a.png', 'alt': 'One.', 'caption': 'Two.'}");
    assertThat(RowColumns.parse("picture, alt").captions(row)).containsExactly("One.");
    assertThatThrownBy(() -> RowColumns.detect(row))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("columns picture, alt, caption are no known");
    for (String wrong :
        List.of(
            "cocoa", "a,", "a,b,c", "", "image=", "imag=a", "question=q", "caption=c,answer=a")) {
      assertThatThrownBy(() -> RowColumns.parse(wrong)).isInstanceOf(UserException.class);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "llava | {'conversations': [{'from': 'gpt', 'value': 'One.'}]} | not one image with one caption",
        "llava | {'conversations': 'One.'} | not one image with one caption",
        "flickr30k | {'caption': []} | no caption in column caption",
        "flickr30k | {'caption': '  '} | no caption in column caption",
        "flickr30k | {'caption': [null]} | caption",
        "flickr30k | {'caption': 7} | not a caption",
        "flickr30k | {'text': 'One.'} | no column caption",
        "coco | {'sentences': [{'tokens': ['one']}]} | not a caption",
      })
  void otherRowsHaveNoCaption(String name, String json, String message) throws IOException {
    Row row = row(json);
    assertThatThrownBy(() -> RowColumns.parse(name).captions(row))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("a.jsonl, row 0");
  }

  @Test
  void rowsAreCountedInBothFormats() throws IOException {
    Path json = Files.writeString(temp.resolve("n.json"), "[{\"a\": 1}, {\"a\": 2}, {\"a\": 3}]");
    Path parquet = temp.resolve("n.parquet");
    Files.copy(BENCHMARKS.resolve("pope.parquet"), parquet);
    assertThat(TableFiles.count(List.of(json))).isEqualTo(3);
    assertThat(TableFiles.count(List.of(parquet, json))).isEqualTo(13);
    Files.write(parquet, new byte[100]);
    assertThatThrownBy(() -> TableFiles.count(List.of(parquet))).isInstanceOf(UserException.class);
  }

  @Test
  void imagesCanLieInAnotherDirectory() throws IOException {
    Path pictures = Files.createDirectories(temp.resolve("pictures"));
    javax.imageio.ImageIO.write(
        new java.awt.image.BufferedImage(3, 2, java.awt.image.BufferedImage.TYPE_INT_RGB),
        "png",
        pictures.resolve("a.png").toFile());
    Path file = Files.writeString(temp.resolve("a.json"), "[{\"image\": \"a.png\"}]");
    try (RowSource rows = TableFiles.open(List.of(file), pictures)) {
      assertThat(RowColumns.parse("coco").image(rows.next()).width()).isEqualTo(3);
    }
    try (RowSource rows = TableFiles.open(List.of(file))) {
      Row row = rows.next();
      assertThatThrownBy(() -> RowColumns.parse("coco").image(row))
          .hasMessageContaining("image a.png is not in");
    }
  }
}
