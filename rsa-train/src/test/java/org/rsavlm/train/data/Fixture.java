package org.rsavlm.train.data;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.rsavlm.models.image.ImageProcessor;
import org.rsavlm.models.image.ImageTiler;
import org.rsavlm.models.text.PromptTemplate;
import org.rsavlm.models.text.Tokenizer;

/** A directory of pictures and LLaVA JSON for the tests of this package. */
final class Fixture implements AutoCloseable {

  static final int SIDE = 8;
  static final int TOKENS_PER_IMAGE = 4;

  static final ImageTiler FLAT = ImageTiler.flat(ImageProcessor.siglip(SIDE), 2);

  private static final ObjectMapper MAPPER = new ObjectMapper();

  final Path dir;
  final Path images;
  final Tokenizer tokenizer =
      Tokenizer.load(
          Path.of("../rsa-models/src/test/resources/org/rsavlm/models/text/tokenizer.json"));

  Fixture(Path dir) throws IOException {
    this.dir = dir;
    images = Files.createDirectories(dir.resolve("images"));
    for (int i = 0; i < 8; i++) {
      BufferedImage image = new BufferedImage(10 + i, 12, BufferedImage.TYPE_INT_RGB);
      image.setRGB(i, 3, 0xff8040);
      ImageIO.write(image, "png", images.resolve(i + ".png").toFile());
    }
    Files.write(images.resolve("broken.png"), new byte[] {(byte) 0x89, 'P', 'N', 'G', 1, 2, 3});
  }

  SamplePreparer preparer(int maxLength) {
    return new SamplePreparer(tokenizer, PromptTemplate.PLAIN, FLAT, maxLength);
  }

  /** Captions of different lengths, {@code s0 … s(n-1)}. */
  Path captions(int n) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      lines.add(caption("s" + i, i % 8 + ".png", "number " + i + " red".repeat(1 + i % 5)));
    }
    return lines("captions-" + n + ".jsonl", lines);
  }

  Path lines(String name, List<String> lines) throws IOException {
    return Files.write(dir.resolve(name), lines);
  }

  Mixture mixture(Path file) {
    return Mixture.open(List.of(SampleSource.of(file, images).withRsa(true)), 7);
  }

  static String caption(String id, String image, String text) throws IOException {
    return sample(id, image, "<image>\nDescribe it.", text);
  }

  static String textOnly(String id, String question, String answer) throws IOException {
    return json(Map.of("id", id, "conversations", turns(question, answer)));
  }

  static String sample(String id, Object image, String... turns) throws IOException {
    return json(Map.of("id", id, "image", image, "conversations", turns(turns)));
  }

  private static List<Map<String, String>> turns(String... texts) {
    List<Map<String, String>> turns = new ArrayList<>();
    for (String text : texts) {
      turns.add(Map.of("from", turns.size() % 2 == 0 ? "human" : "gpt", "value", text));
    }
    return turns;
  }

  private static String json(Object value) throws IOException {
    return MAPPER.writeValueAsString(value);
  }

  /** Ids of the next batches of a loader. */
  static List<List<String>> take(DataLoader loader, int batches) {
    List<List<String>> ids = new ArrayList<>();
    for (int i = 0; i < batches; i++) {
      ids.add(loader.next().samples().stream().map(PreparedSample::id).toList());
    }
    return ids;
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
