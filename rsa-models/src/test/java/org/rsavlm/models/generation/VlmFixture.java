package org.rsavlm.models.generation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.models.hub.SafetensorsReader;
import org.rsavlm.models.image.ImageTiles;
import org.rsavlm.models.llava.ReferenceImages;
import org.rsavlm.models.llava.VisionLanguageModel;
import org.rsavlm.models.llava.VlmDirectory;
import org.rsavlm.models.text.Tokenized;

/** A small model with the prompts of its reference, and what transformers continued them with. */
final class VlmFixture implements AutoCloseable {

  final NDManager manager = NDManager.newBaseManager();
  final VisionLanguageModel model;
  final Generator generator;
  final List<long[]> ids = new ArrayList<>();
  final List<NDArray> imageTokens = new ArrayList<>();
  final JsonNode expected;
  private final List<ImageTiles> images;

  VlmFixture(String name, TorchDtype dtype) {
    Path directory = resource(name);
    model = VlmDirectory.load(manager, directory, dtype);
    generator = Generator.of(model);
    expected = json("generation").get("rows").get(name);
    JsonNode lengths = json(name).get("compact_lengths");
    try (SafetensorsReader tensors =
        SafetensorsReader.open(directory.resolve("reference.safetensors"))) {
      NDArray compact = tensors.read(manager, "compact_ids");
      long[] all = compact.toLongArray();
      int width = Math.toIntExact(compact.getShape().get(1));
      for (int row = 0; row < lengths.size(); row++) {
        int from = row * width;
        ids.add(Arrays.copyOfRange(all, from, from + lengths.get(row).asInt()));
      }
      for (int i = 0; tensors.tensors().containsKey("image_features." + i); i++) {
        imageTokens.add(tensors.read(manager, "image_features." + i, dtype));
      }
      images = ReferenceImages.of(tensors, json(name), model.config()).images();
    }
  }

  static Path resource(String name) {
    try {
      return Path.of(VlmFixture.class.getResource("/reference/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static JsonNode json(String name) {
    try {
      return new ObjectMapper().readTree(resource(name).resolve("reference.json").toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The prompts with pixels. */
  List<Prompt> prompts() {
    List<Prompt> prompts = new ArrayList<>();
    int image = 0;
    for (long[] row : ids) {
      int count = (int) Arrays.stream(row).filter(id -> id == Tokenized.IMAGE).count();
      prompts.add(new Prompt(row, images.subList(image, image + count)));
      image += count;
    }
    return prompts;
  }

  JsonNode expected(int row, double penalty) {
    for (JsonNode one : expected.get(row)) {
      if (one.get("penalty").asDouble() == penalty) {
        return one;
      }
    }
    throw new IllegalArgumentException("no penalty " + penalty);
  }

  static long[] longs(JsonNode array) {
    long[] values = new long[array.size()];
    Arrays.setAll(values, i -> array.get(i).asLong());
    return values;
  }

  static double[] doubles(JsonNode array) {
    double[] values = new double[array.size()];
    Arrays.setAll(
        values, i -> array.get(i).isNull() ? Double.NEGATIVE_INFINITY : array.get(i).asDouble());
    return values;
  }

  /** The norm of the difference over the norm. */
  static double error(double[] actual, double[] expected) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += (actual[i] - expected[i]) * (actual[i] - expected[i]);
      norm += expected[i] * expected[i];
    }
    return Math.sqrt(difference / norm);
  }

  @Override
  public void close() {
    manager.close();
  }
}
