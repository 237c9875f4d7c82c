package org.rsavlm.eval.probe;

import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.rsavlm.core.torch.Tensors;
import org.rsavlm.core.torch.TorchDtype;
import org.rsavlm.eval.alignment.AlignmentMeasurement;
import org.rsavlm.eval.alignment.FeatureMatrix;
import org.rsavlm.eval.alignment.LayerFeatures;
import org.rsavlm.eval.alignment.LayerGrid;
import org.rsavlm.eval.alignment.MetricName;
import org.rsavlm.models.hub.SafetensorsWriter;

/**
 * A model's features of the pairs of several draws.
 *
 * @param vision by layer, a row for each pair of any draw
 * @param text of the same pairs in the same order
 * @param draws feature rows of each draw, in its order
 * @param rows how many rows the set has
 * @param rejected how many of those read could not be used
 */
public record DrawnPairs(
    LayerFeatures vision, LayerFeatures text, List<int[]> draws, int rows, int rejected) {

  /** Copies the list. */
  public DrawnPairs {
    draws = List.copyOf(draws);
  }

  /**
   * Measures every pair of layers on every draw.
   *
   * @return for each metric a grid a draw, in their order
   * @throws IllegalArgumentException if a draw has too few pairs for a metric
   */
  public Map<MetricName, List<LayerGrid>> measure(AlignmentMeasurement measurement) {
    Map<MetricName, List<LayerGrid>> grids = new EnumMap<>(MetricName.class);
    for (int[] draw : draws) {
      measurement
          .measure(vision.select(draw), text.select(draw))
          .forEach(
              (metric, grid) -> grids.computeIfAbsent(metric, m -> new ArrayList<>()).add(grid));
    }
    return grids;
  }

  /**
   * Writes the features of the first draw as float32 tensors {@code vision} and {@code text}, each
   * [layers, N, d].
   *
   * @param metadata free text for the file's header
   * @throws org.rsavlm.core.UserException if the file system refuses
   */
  public void write(Path file, Map<String, String> metadata) {
    SafetensorsWriter writer = new SafetensorsWriter();
    metadata.forEach(writer::metadata);
    add(writer, "vision", vision.select(draws.get(0)));
    add(writer, "text", text.select(draws.get(0)));
    writer.writeFile(file);
  }

  private static void add(SafetensorsWriter writer, String name, LayerFeatures features) {
    FeatureMatrix first = features.layer(0);
    Shape shape = new Shape(features.layers(), first.rows(), first.cols());
    writer.add(
        name,
        TorchDtype.FLOAT32,
        shape,
        due -> {
          List<float[]> layers = new ArrayList<>();
          for (int layer = 0; layer < features.layers(); layer++) {
            layers.add(features.layer(layer).toFloats());
          }
          return Tensors.stack(due, layers, first.rows(), first.cols());
        });
  }
}
