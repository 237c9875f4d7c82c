package org.rsavlm.models.llava;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.models.hub.SafetensorsReader;
import org.rsavlm.models.image.AnyResLayout;
import org.rsavlm.models.image.ImageProcessor;
import org.rsavlm.models.image.ImageTiler;
import org.rsavlm.models.image.ImageTiles;
import org.rsavlm.models.text.Tokenized;

/** Samples and images of a {@code vlm-…} fixture. */
public record ReferenceImages(List<Tokenized> samples, List<ImageTiles> images) {

  /** Reads them from a fixture's tensors and facts. */
  public static ReferenceImages of(SafetensorsReader tensors, JsonNode json, VlmConfig config) {
    try (NDManager manager = NDManager.newBaseManager()) {
      long[][] ids = rows(tensors.read(manager, "compact_ids"));
      long[][] labels = rows(tensors.read(manager, "compact_labels"));
      List<Tokenized> samples = new ArrayList<>();
      List<AnyResLayout> layouts = new ArrayList<>();
      boolean flat = json.get("merge").asText().equals("base");
      boolean any = tensors.tensors().containsKey("pixel_values");
      long[][] sizes = any ? rows(tensors.read(manager, "image_sizes")) : new long[0][];
      ImageTiler tiler =
          VlmConfig.tiler(
              config.vision(),
              ImageProcessor.siglip(config.vision().imageSize()),
              flat ? List.of() : config.resolutions(),
              config.maxTiles());
      for (int i = 0; i < ids.length; i++) {
        int length = json.get("compact_lengths").get(i).asInt();
        long[] own = Arrays.copyOf(ids[i], length);
        samples.add(new Tokenized(own, Arrays.copyOf(labels[i], length)));
        long count = Arrays.stream(own).filter(id -> id == Tokenized.IMAGE).count();
        for (int image = 0; image < count; image++) {
          long[] size = sizes[layouts.size()];
          layouts.add(tiler.layout((int) size[1], (int) size[0], (int) count));
        }
      }
      List<ImageTiles> images = new ArrayList<>();
      if (any) {
        float[] pixels = Tensors.toFloats(tensors.read(manager, "pixel_values"));
        int tile = 3 * config.vision().imageSize() * config.vision().imageSize();
        int at = 0;
        for (AnyResLayout layout : layouts) {
          List<float[]> own = new ArrayList<>();
          for (int i = 0; i < layout.tiles(); i++, at += tile) {
            own.add(Arrays.copyOfRange(pixels, at, at + tile));
          }
          images.add(new ImageTiles(own, layout));
        }
        if (at != pixels.length) {
          throw new IllegalStateException(at + " of " + pixels.length + " pixels used");
        }
      }
      return new ReferenceImages(samples, images);
    }
  }

  private static long[][] rows(NDArray array) {
    long[] all = array.toLongArray();
    int width = Math.toIntExact(array.getShape().get(1));
    long[][] rows = new long[all.length / width][];
    Arrays.setAll(rows, i -> Arrays.copyOfRange(all, i * width, (i + 1) * width));
    return rows;
  }
}
