package org.rsavlm.train.step;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.models.hub.SafetensorsReader;
import org.rsavlm.models.image.ImageTiles;
import org.rsavlm.models.llava.VisionLanguageModel;
import org.rsavlm.models.llava.VlmDirectory;
import org.rsavlm.train.data.PreparedSample;

/** The model {@code vlm-base-rsa} of rsa-models' fixtures, with what transformers computed. */
final class TransformersFixture implements AutoCloseable {

  private static final Path DIRECTORY =
      Path.of("..", "rsa-models", "src", "test", "resources", "reference", "vlm-base-rsa");

  private final NDManager manager;
  private final SafetensorsReader reference;
  private final JsonNode json;

  TransformersFixture(NDManager manager) throws IOException {
    this.manager = manager;
    reference = SafetensorsReader.open(DIRECTORY.resolve("reference.safetensors"));
    json = new ObjectMapper().readTree(DIRECTORY.resolve("reference.json").toFile());
  }

  VisionLanguageModel model(TorchDtype dtype) {
    return VlmDirectory.load(manager, DIRECTORY, dtype);
  }

  double loss(String name) {
    return json.get("losses").get(name).asDouble();
  }

  double[] values(String name) {
    try (NDArray array = reference.read(manager, name)) {
      return Tensors.toDoubles(array);
    }
  }

  boolean has(String name) {
    return reference.tensors().containsKey(name);
  }

  boolean zeroInTheory(String name) {
    for (JsonNode node : json.get("zero_in_theory")) {
      if (node.asText().equals(name)) {
        return true;
      }
    }
    return false;
  }

  List<PreparedSample> samples() {
    List<PreparedSample> samples = new ArrayList<>();
    double[] pixels = values("pixel_values");
    int rows = json.get("compact_lengths").size();
    int image = pixels.length / rows;
    for (int i = 0; i < rows; i++) {
      int length = json.get("compact_lengths").get(i).asInt();
      float[] own = new float[image];
      for (int j = 0; j < image; j++) {
        own[j] = (float) pixels[i * image + j];
      }
      long[] mask = row("caption_mask", i, rows);
      int words = (int) Arrays.stream(mask).sum();
      samples.add(
          new PreparedSample(
              "sample-" + i,
              Arrays.copyOf(row("compact_ids", i, rows), length),
              Arrays.copyOf(row("compact_labels", i, rows), length),
              Arrays.copyOf(row("caption_ids", i, rows), words),
              List.of(ImageTiles.flat(own, 3)),
              true,
              length + 8));
    }
    return samples;
  }

  private long[] row(String name, int i, int rows) {
    double[] all = values(name);
    int width = all.length / rows;
    return Arrays.stream(all, i * width, (i + 1) * width).mapToLong(v -> (long) v).toArray();
  }

  @Override
  public void close() {
    reference.close();
  }
}
