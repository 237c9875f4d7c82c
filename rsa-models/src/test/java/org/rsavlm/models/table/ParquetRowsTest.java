package org.rsavlm.models.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rsavlm.core.UserException;
import org.rsavlm.models.table.parquet.PageMemory;

/** Rows in order against rows at any place, of the same files. */
class ParquetRowsTest {

  private static final Path FIXTURES =
      Path.of("src/test/resources/org/rsavlm/models/table").toAbsolutePath();
  private static final ImageDirectory IMAGES = new ImageDirectory(FIXTURES.resolve("images"));

  @TempDir Path temp;

  private static List<Row> inOrder(Path file) {
    List<Row> rows = new ArrayList<>();
    try (RowSource source = TableFiles.open(List.of(file), FIXTURES.resolve("images"))) {
      for (Row row = source.next(); row != null; row = source.next()) {
        rows.add(row);
      }
    }
    return rows;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "single-snappy.parquet",
        "single-indexed.parquet",
        "single-sequence.parquet",
        "captions-struct.parquet",
        "captions-bytes.parquet",
        "captions-paths.parquet",
        "coco-texts.parquet",
        "coco-raw.parquet",
        "several.jsonl",
      })
  void bothWaysGiveTheSameSamples(String name) throws IOException {
    List<Row> rows = inOrder(FIXTURES.resolve(name));
    RowColumns columns = RowColumns.USUAL;
    try (IndexedRows indexed =
        TableFiles.index(List.of(FIXTURES.resolve(name)), columns, IMAGES, new PageMemory())) {
      assertThat(indexed.size()).isEqualTo(rows.size()).isPositive();
      for (int i = 0; i < rows.size(); i++) {
        RowSample one = columns.sample(rows.get(i));
        RowSample other = columns.sample(indexed.row(i));
        assertThat(other.id()).isEqualTo(one.id());
        assertThat(other.conversation()).isEqualTo(one.conversation());
        assertThat(other.images()).hasSameSizeAs(one.images());
        for (int k = 0; k < one.images().size(); k++) {
          assertThat(other.images().get(k).read()).isEqualTo(one.images().get(k).read());
        }
        assertThat(indexed.row(i).where()).isEqualTo(rows.get(i).where());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"single-snappy.parquet", "coco-raw.parquet", "single-indexed.parquet"})
  void damageReadInOrderIsTheUsersToMend(String name) throws IOException {
    byte[] bytes = Files.readAllBytes(FIXTURES.resolve(name));
    Random random = new Random(5);
    int refused = 0;
    for (int i = 0; i < 200; i++) {
      byte[] damaged = bytes.clone();
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        damaged[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      damaged[
              bytes.length
                  - 1
                  - random.nextInt(i % 2 == 0 ? Math.min(2500, bytes.length) : bytes.length)] ^=
          0x55;
      Path file = Files.write(temp.resolve("damaged.parquet"), damaged);
      try {
        for (Row row : inOrder(file)) {
          RowColumns.USUAL.captions(row);
          RowColumns.USUAL.image(row);
        }
      } catch (UserException e) {
        assertThat(e.getMessage()).doesNotContain("\n");
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  @Test
  void aCodecWithoutCodeIsNamed() {
    assertThatThrownBy(() -> inOrder(FIXTURES.resolve("brotli.parquet")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("brotli.parquet: is compressed by BROTLI, which can't be read here");
  }

  @Test
  void columnsThatHoldNoImagesAreNamed() {
    Path file = FIXTURES.resolve("named-captions.parquet");
    RowColumns columns = RowColumns.parse("image=uid,caption=alt_text");
    try (IndexedRows rows = TableFiles.index(List.of(file), columns, IMAGES, new PageMemory())) {
      assertThatThrownBy(() -> columns.image(rows.row(0)))
          .isInstanceOfSatisfying(
              UnusableRowException.class,
              e -> assertThat(e.kind()).isEqualTo(UnusableRowException.Kind.IMAGE_MISSING));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    assertThatThrownBy(
            () ->
                TableFiles.index(
                    List.of(FIXTURES.resolve("coco-raw.parquet")),
                    RowColumns.parse("sentences,id"),
                    IMAGES,
                    new PageMemory()))
        .hasMessageContaining("column sentences holds no images by its type");
  }
}
