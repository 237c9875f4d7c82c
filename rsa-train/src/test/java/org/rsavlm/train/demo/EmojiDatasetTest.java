package org.rsavlm.train.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rsavlm.core.UserException;

/** Converts packages of a dozen made-up emoji in the layout of the real ones. */
class EmojiDatasetTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int COUNT = 12;

  @TempDir Path temp;
  private Path packages;

  @BeforeEach
  void makePackages() throws IOException {
    packages = temp.resolve("packages");
    Path pictures = packages.resolve("node_modules/emoji-datasource-google");
    Path words = packages.resolve("node_modules/emojibase-data");
    List<Map<String, Object>> list = new ArrayList<>();
    List<Map<String, Object>> data = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      String code = "1F60" + Integer.toHexString(i).toUpperCase(Locale.ROOT);
      list.add(entry(code + "-FE0F", "Objects", true));
      data.add(
          Map.of(
              "hexcode",
              code,
              "label",
              "thing no. " + i,
              "tags",
              List.of("tag " + i, "thing", "common & rare"),
              "group",
              7,
              "subgroup",
              66));
      square(pictures, code + "-FE0F", 0xFF000000 | 0xD02020 + i, 20);
    }
    list.add(entry("1F3FB", "Component", true));
    list.add(entry("1F999", "Objects", false));
    list.add(entry("1F998", "Objects", true)); // no description
    list.add(entry("1F997", "Objects", true)); // looks like the first
    data.add(
        Map.of("hexcode", "1F997", "label", "twin", "tags", List.of(), "group", 7, "subgroup", 66));
    square(pictures, "1F997", 0xFFD02020, 20);
    write(pictures.resolve("emoji.json"), list);
    write(pictures.resolve("package.json"), Map.of("version", "1.2.3"));
    write(words.resolve("package.json"), Map.of("version", "4.5.6"));
    write(words.resolve("en/data.json"), data);
    write(
        words.resolve("en/messages.json"),
        Map.of(
            "groups", List.of(Map.of("key", "objects", "message", "objects", "order", 7)),
            "subgroups", List.of(Map.of("message", "arts & crafts", "order", 66))));
  }

  @Test
  void baseEmojiBecomePairs() throws IOException {
    DemoFiles files = write(4);
    List<JsonNode> train = samples(files.captions());
    List<JsonNode> heldOut = samples(files.heldOutCaptions());
    assertThat(train).hasSize(COUNT - 4);
    assertThat(heldOut).hasSize(4);
    assertThat(samples(files.textOnly())).hasSize(3 * train.size());
    assertThat(samples(files.questions())).hasSize(train.size());
    assertThat(samples(files.heldOutQuestions())).hasSize(8);

    Set<String> names = new HashSet<>();
    for (JsonNode sample : train) {
      names.add(sample.get("image").textValue().replaceAll(".*/", ""));
    }
    for (JsonNode sample : heldOut) {
      assertThat(names.add(sample.get("image").textValue().replaceAll(".*/", ""))).isTrue();
      String caption = sample.at("/conversations/1/value").textValue();
      assertThat(caption)
          .contains("hing no. ", "arts and crafts", "objects", "ostly red")
          .doesNotContain("&")
          .doesNotContain("twin");
      assertThat(Words.length(caption)).isBetween(20, 30);
    }
    assertThat(names).hasSize(COUNT).doesNotContain("1f3fb.png", "1f999.png", "1f998.png");
  }

  @Test
  void picturesAreOnWhite() throws IOException {
    DemoFiles files = write(4);
    String name = samples(files.captions()).get(0).get("image").textValue();
    BufferedImage image = ImageIO.read(files.images().resolve(name).toFile());
    assertThat(image.getRGB(0, 0)).isEqualTo(0xFFFFFFFF);
    assertThat(image.getRGB(32, 32) & 0xFFFF00).isEqualTo(0xD02000);
    // Half transparent over white.
    assertThat(image.getRGB(60, 60)).isEqualTo(0xFF7F7F7F);
  }

  @Test
  void answersComeFromTheDescription() throws IOException {
    Set<String> kinds = new HashSet<>();
    for (JsonNode sample : samples(write(11).heldOutQuestions())) {
      String id = sample.get("id").textValue();
      String kind = id.replaceAll(".*-", "");
      kinds.add(kind);
      String number =
          Integer.toString(Integer.parseInt(id.replaceAll("heldout-1f60(.)-.*", "$1"), 16));
      String question = sample.at("/conversations/0/value").textValue();
      String answer = sample.at("/conversations/1/value").textValue();
      switch (kind) {
        case "group" -> assertThat(answer).isEqualTo("objects");
        case "kind" -> assertThat(answer).isEqualTo("arts and crafts");
        case "colour" -> assertThat(answer).isEqualTo("red");
        case "tag" -> {
          String tag = question.replaceAll("(?s).*\"(.*)\".*", "$1");
          boolean fits = List.of("tag " + number, "thing", "common and rare").contains(tag);
          assertThat(answer).as(question).isEqualTo(fits ? "yes" : "no");
        }
        default -> throw new AssertionError(kind);
      }
    }
    assertThat(kinds).isEqualTo(Set.copyOf(EmojiTexts.KINDS));
  }

  @Test
  void theSplitIsByHash() throws IOException {
    List<JsonNode> few = samples(write(3).heldOutCaptions());
    List<JsonNode> more = samples(write(6).heldOutCaptions());
    assertThat(more.subList(0, 3)).isEqualTo(few);
    DemoFiles again =
        EmojiDataset.write(packages, temp.resolve("again"), new EmojiDataset.Parameters(6, 0));
    assertThat(samples(again.heldOutCaptions())).isEqualTo(more);
  }

  @Test
  void aNewPackageVersionIsConvertedAnew() throws IOException {
    DemoFiles files = write(4);
    String before = Files.readString(files.manifest());
    write(4);
    assertThat(Files.readString(files.manifest())).isEqualTo(before).contains("1.2.3", "4.5.6");
    write(packages.resolve("node_modules/emojibase-data/package.json"), Map.of("version", "4.5.7"));
    write(4);
    assertThat(Files.readString(files.manifest())).contains("4.5.7");
  }

  @Test
  void faultsOfThePackagesAreNamed() throws IOException {
    assertThatThrownBy(() -> write(12))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("12 emoji, too few to hold out 12");
    Path picture =
        packages.resolve("node_modules/emoji-datasource-google/img/google/64/1f600-fe0f.png");
    Files.writeString(picture, "no picture");
    assertThatThrownBy(() -> write(4))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("1f600-fe0f.png: is no picture");
    Files.delete(picture);
    assertThatThrownBy(() -> write(4))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("1f600-fe0f.png");
    Files.writeString(packages.resolve("node_modules/emojibase-data/en/data.json"), "[{");
    assertThatThrownBy(() -> write(4))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("data.json: cannot be read as JSON");
    assertThatThrownBy(
            () ->
                EmojiDataset.write(
                    temp.resolve("nowhere"),
                    temp.resolve("out"),
                    EmojiDataset.Parameters.defaults()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("emoji-datasource-google is not there");
  }

  private DemoFiles write(int heldOut) {
    return EmojiDataset.write(
        packages, temp.resolve("data"), new EmojiDataset.Parameters(heldOut, 0));
  }

  private static Map<String, Object> entry(String code, String category, boolean has) {
    return Map.of(
        "unified", code,
        "image", code.toLowerCase(Locale.ROOT) + ".png",
        "category", category,
        "has_img_google", has);
  }

  /** A square of one colour in the middle, and half transparent black in a corner. */
  private static void square(Path pictures, String code, int argb, int half) throws IOException {
    BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_ARGB);
    for (int y = 32 - half; y < 32 + half; y++) {
      for (int x = 32 - half; x < 32 + half; x++) {
        image.setRGB(x, y, argb);
      }
    }
    image.setRGB(60, 60, 0x80000000);
    Path file = pictures.resolve("img/google/64").resolve(code.toLowerCase(Locale.ROOT) + ".png");
    Files.createDirectories(file.getParent());
    ImageIO.write(image, "png", file.toFile());
  }

  private static void write(Path file, Object content) throws IOException {
    Files.createDirectories(file.getParent());
    MAPPER.writeValue(file.toFile(), content);
  }

  private static List<JsonNode> samples(Path file) throws IOException {
    List<JsonNode> samples = new ArrayList<>();
    MAPPER.readTree(file.toFile()).forEach(samples::add);
    return samples;
  }
}
