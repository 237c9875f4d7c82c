package org.rsavlm.train.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rsavlm.core.UserException;

class SceneDatasetTest {

  private static final SceneDataset.Parameters SMALL =
      new SceneDataset.Parameters(60, 20, 30, 64, 7);

  @TempDir Path temp;

  @Test
  void everyFileLoadsBackAndEveryPictureIsThere() throws IOException {
    DemoFiles files = SceneDataset.write(temp.resolve("deep/scenes"), SMALL);

    assertThat(samples(files.textOnly())).hasSize(90).allMatch(sample -> !sample.has("image"));
    for (Path file : List.of(files.captions(), files.coarseCaptions(), files.describe())) {
      assertThat(samples(file)).as(file.toString()).hasSize(60);
    }
    assertThat(samples(files.questions())).hasSize(60);
    assertThat(samples(files.heldOutCaptions())).hasSize(20);
    assertThat(samples(files.heldOutCoarse())).hasSize(20);
    assertThat(samples(files.heldOutQuestions())).hasSize(40);
    Set<String> pictures = new HashSet<>();
    for (String name : DemoFiles.JSON) {
      Set<String> ids = new HashSet<>();
      for (JsonNode sample : samples(files.directory().resolve(name))) {
        assertThat(ids.add(sample.get("id").textValue())).as("id of " + sample).isTrue();
        checkTurns(sample);
        if (sample.has("image")) {
          pictures.add(sample.get("image").textValue());
        }
      }
    }
    assertThat(pictures).hasSize(80);
    for (String picture : pictures) {
      BufferedImage image = ImageIO.read(files.images().resolve(picture).toFile());
      assertThat(image.getWidth()).isEqualTo(64);
      assertThat(image.getHeight()).isEqualTo(64);
    }
  }

  private static void checkTurns(JsonNode sample) {
    JsonNode turns = sample.get("conversations");
    assertThat(turns.size()).isBetween(2, 6);
    int placeholders = 0;
    for (int i = 0; i < turns.size(); i++) {
      assertThat(turns.get(i).get("from").textValue()).isEqualTo(i % 2 == 0 ? "human" : "gpt");
      String value = turns.get(i).get("value").textValue();
      assertThat(value).isNotBlank();
      placeholders += value.contains("<image>") ? 1 : 0;
    }
    assertThat(placeholders).isEqualTo(sample.has("image") ? 1 : 0);
  }

  @Test
  void sameParametersGiveTheSameFilesInAnyLocale() throws IOException {
    DemoFiles one = SceneDataset.write(temp.resolve("one"), SMALL);
    Locale before = Locale.getDefault();
    DemoFiles two;
    try {
      Locale.setDefault(new Locale("hi", "IN"));
      two = SceneDataset.write(temp.resolve("two"), SMALL);
    } finally {
      Locale.setDefault(before);
    }
    assertThat(Files.readString(two.manifest())).isEqualTo(Files.readString(one.manifest()));

    DemoFiles other =
        SceneDataset.write(temp.resolve("other"), new SceneDataset.Parameters(60, 20, 30, 64, 8));
    assertThat(Files.readString(other.captions())).isNotEqualTo(Files.readString(one.captions()));
  }

  /** Pixels and words must not change unnoticed: whoever changes them raises the version. */
  @Test
  void contentIsWhatThisVersionHasAlwaysMade() {
    DatasetContent content = SceneDataset.content(SMALL);
    long hash = 0;
    for (List<ImageCaptionPair> pairs : List.of(content.train(), content.heldOut())) {
      for (ImageCaptionPair pair : pairs) {
        BufferedImage picture = pair.picture().get();
        for (int pixel : picture.getRGB(0, 0, 64, 64, null, 0, 64)) {
          hash = hash * 31 + pixel;
        }
        String dialogue = pair.dialogue().stream().map(SceneDatasetTest::form).toList().toString();
        hash = hash * 31 + List.of(pair.caption(), pair.coarse(), dialogue).hashCode();
      }
    }
    assertThat(hash).isEqualTo(8423260516607221274L);
  }

  /** The form that the number was first taken of, whatever the record is called now. */
  private static String form(QuestionAnswer asked) {
    return "Exchange[kind=%s, question=%s, answer=%s]"
        .formatted(asked.kind(), asked.question(), asked.answer());
  }

  @Test
  void moreTrainPairsLeaveTheHeldOutOnesAlone() {
    List<ImageCaptionPair> few = SceneDataset.content(SMALL).heldOut();
    List<ImageCaptionPair> many =
        SceneDataset.content(new SceneDataset.Parameters(500, 20, 0, 64, 7)).heldOut();
    assertThat(captions(many)).isEqualTo(captions(few));
  }

  @Test
  void noCaptionIsInTwoSplits() {
    DatasetContent content =
        SceneDataset.content(new SceneDataset.Parameters(2000, 1000, 2000, 64, 0));
    Set<String> seen = new HashSet<>(captions(content.heldOut()));
    assertThat(seen).hasSize(1000);
    seen.addAll(captions(content.train()));
    seen.addAll(content.moreText());
    assertThat(seen).hasSize(5000);
  }

  @Test
  void anUndamagedSetIsUsedAgain() throws IOException {
    DemoFiles files = SceneDataset.write(temp.resolve("scenes"), SMALL);
    FileTime marked = FileTime.fromMillis(1_000_000);
    Files.setLastModifiedTime(files.manifest(), marked);

    SceneDataset.write(temp.resolve("scenes"), SMALL);
    assertThat(Files.getLastModifiedTime(files.manifest())).isEqualTo(marked);

    Files.writeString(files.images().resolve("train/000003.png"), "damaged");
    SceneDataset.write(temp.resolve("scenes"), SMALL);
    assertThat(ImageIO.read(files.images().resolve("train/000003.png").toFile())).isNotNull();
    assertThat(Files.getLastModifiedTime(files.manifest())).isNotEqualTo(marked);

    SceneDataset.write(temp.resolve("scenes"), new SceneDataset.Parameters(10, 20, 30, 64, 7));
    assertThat(samples(files.captions())).hasSize(10);
    try (Stream<Path> left = Files.list(temp)) {
      assertThat(left).containsExactly(temp.resolve("scenes"));
    }
  }

  @Test
  void aForeignDirectoryIsLeftAlone() throws IOException {
    Path mine = Files.createDirectory(temp.resolve("mine"));
    Files.writeString(mine.resolve("thesis.txt"), "precious");
    assertThatThrownBy(() -> SceneDataset.write(mine, SMALL))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(mine.toString())
        .hasMessageContaining("not a data set");
    assertThat(mine.resolve("thesis.txt")).hasContent("precious");

    Path file = Files.writeString(temp.resolve("file"), "precious");
    assertThatThrownBy(() -> SceneDataset.write(file, SMALL)).isInstanceOf(UserException.class);
    assertThatThrownBy(() -> SceneDataset.write(file.resolve("below"), SMALL))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("cannot be written");
  }

  @Test
  void parametersAreChecked() {
    assertThatThrownBy(() -> new SceneDataset.Parameters(10, 10, 0, 70, 0))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("side: 70 pixels");
    assertThatThrownBy(() -> new SceneDataset.Parameters(0, 10, 0, 64, 0))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("train: 0 is not within 1 and 1000000");
  }

  private static List<String> captions(List<ImageCaptionPair> pairs) {
    return pairs.stream().map(ImageCaptionPair::caption).toList();
  }

  private static List<JsonNode> samples(Path file) throws IOException {
    List<JsonNode> samples = new ArrayList<>();
    new ObjectMapper().readTree(file.toFile()).forEach(samples::add);
    return samples;
  }
}
