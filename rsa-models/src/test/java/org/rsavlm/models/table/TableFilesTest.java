package org.rsavlm.models.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rsavlm.core.UserException;

class TableFilesTest {

  private static final Path BENCHMARKS = Path.of("../rsa-eval/src/test/resources/benchmark");

  @TempDir Path temp;

  private List<Row> rows(Path path) {
    List<Row> rows = new ArrayList<>();
    try (RowSource source = TableFiles.open(TableFiles.find(path))) {
      for (Row row = source.next(); row != null; row = source.next()) {
        rows.add(row);
      }
    }
    return rows;
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(temp.resolve(name), text);
  }

  private static byte[] png() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB), "png", out);
    return out.toByteArray();
  }

  private static byte[] parquet(String name) throws IOException {
    return Files.readAllBytes(BENCHMARKS.resolve(name + ".parquet"));
  }

  @Test
  void readsParquet() throws IOException {
    Files.write(temp.resolve("a.parquet"), parquet("seedbench"));
    List<Row> rows = rows(temp);
    assertThat(rows).hasSize(10);
    assertThat(rows.get(7).integer("question_type_id")).isEqualTo(8);
    assertThat(rows.get(7).texts("segment")).containsExactly("0");
    assertThat(rows.get(7).images("image").get(0).width()).isEqualTo(27);
    assertThat(rows.get(7).where()).endsWith("a.parquet, row 7");
  }

  @Test
  void readsJsonOfBothKindsInTheOrderOfNames() throws IOException {
    file("b.jsonl", "{\"n\": 2, \"x\": 1.5}\n\n{\"n\": \"3\", \"x\": null}\n");
    file("a.json", "[{\"n\": 0}, {\"n\": 1}]");
    file("c.txt", "nothing");
    List<Row> rows = rows(temp);
    assertThat(rows.stream().map(row -> row.integer("n"))).containsExactly(0L, 1L, 2L, 3L);
    assertThat(rows.get(3).has("x")).isFalse();
    assertThat(rows.get(3).textOrNull("x")).isNull();
  }

  @Test
  void readsImagesOfPathsAndBase64() throws IOException {
    Files.write(Files.createDirectories(temp.resolve("i")).resolve("p.png"), png());
    String base64 = Base64.getEncoder().encodeToString(png());
    Path data =
        file(
            "a.jsonl",
            "{\"a\": \"i/p.png\", \"b\": {\"path\": \"i/p.png\"}, \"c\": {\"bytes\": \"%s\"}, \"d\": [\"i/p.png\"]}"
                .formatted(base64));
    Row row = rows(data).get(0);
    for (String column : List.of("a", "b", "c", "d")) {
      assertThat(row.images(column).get(0).width()).isEqualTo(3);
    }
  }

  @Test
  void noImageOutsideIsRead() throws IOException {
    Path inside = Files.createDirectories(temp.resolve("data"));
    Files.write(temp.resolve("secret.png"), png());
    Files.createSymbolicLink(inside.resolve("link.png"), temp.resolve("secret.png"));
    for (String name :
        List.of("../secret.png", temp.resolve("secret.png").toString(), "link.png")) {
      Files.writeString(inside.resolve("a.jsonl"), "{\"image\": \"" + name + "\"}");
      Row row = rows(inside).get(0);
      assertThatThrownBy(() -> row.image("image"))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("leads out of");
    }
  }

  @Test
  void damagedFilesAreTheUsersToMend() throws IOException {
    byte[] good = parquet("pope");
    Path broken = temp.resolve("broken.parquet");
    for (int length : new int[] {0, 4, 100, good.length - 1}) {
      Files.write(broken, Arrays.copyOf(good, length));
      assertThatThrownBy(() -> rows(broken))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("broken.parquet");
    }
    byte[] flipped = good.clone();
    Arrays.fill(flipped, 20, 400, (byte) 0x5a);
    Files.write(broken, flipped);
    assertThatThrownBy(() -> rows(broken)).isInstanceOf(UserException.class);

    Path json = file("x.jsonl", "{\"a\": 1}\n{\"a\": \n");
    assertThatThrownBy(() -> rows(json)).hasMessageContaining("x.jsonl, row 1: not valid JSON");
    Path list = file("x.json", "[1]");
    assertThatThrownBy(() -> rows(list)).hasMessageContaining("row 0: expected a JSON object");
    assertThatThrownBy(() -> TableFiles.find(file("x.txt", "")))
        .hasMessageContaining("no data file");
  }

  @Test
  void columnsOfAnotherTypeAreNamed() throws IOException {
    Row row = rows(file("a.jsonl", "{\"a\": [1, null], \"b\": \"x\", \"c\": null}")).get(0);
    assertThatThrownBy(() -> row.text("d")).hasMessageContaining("row 0: no column d; there are a");
    assertThatThrownBy(() -> row.text("c")).hasMessageContaining("column c is null");
    assertThatThrownBy(() -> row.text("a")).hasMessageContaining("where a text is needed");
    assertThatThrownBy(() -> row.texts("a")).hasMessageContaining("without null");
    assertThatThrownBy(() -> row.integer("b")).hasMessageContaining("a whole number");
  }
}
