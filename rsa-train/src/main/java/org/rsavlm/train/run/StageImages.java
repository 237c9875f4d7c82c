package org.rsavlm.train.run;

import java.nio.file.Path;
import java.util.List;
import org.rsavlm.core.UserException;
import org.rsavlm.models.hub.HfDirectory;
import org.rsavlm.models.image.ImageProcessor;
import org.rsavlm.models.image.ImageTiler;
import org.rsavlm.models.image.PreprocessorConfig;
import org.rsavlm.models.image.Resolution;
import org.rsavlm.models.llava.VlmConfig;
import org.rsavlm.models.siglip.SiglipVisionConfig;
import org.rsavlm.train.config.ImageRecipe;
import org.rsavlm.train.config.ModelRecipe;

/** A recipe's {@code images} for a model's tower. */
final class StageImages {

  private StageImages() {}

  /** The processor of the model that a recipe starts from. */
  static ImageProcessor processor(ModelRecipe start, SiglipVisionConfig vision) {
    return start.random()
        ? ImageProcessor.siglip(vision.imageSize())
        : PreprocessorConfig.load(new HfDirectory(Path.of(start.start()))).processor();
  }

  /**
   * How a stage's images become base images and tiles.
   *
   * @param processor from decoded images to pixels
   * @throws UserException if the processor is not the tower's
   */
  static ImageTiler tiler(SiglipVisionConfig vision, ImageProcessor processor, ImageRecipe images) {
    if (processor.size() != vision.imageSize()) {
      throw new UserException(
          "model.start",
          "its preprocessor's size is "
              + processor.size()
              + ", the vision tower takes "
              + vision.imageSize(),
          "use the preprocessor config that belongs to the model");
    }
    return VlmConfig.tiler(vision, processor, canvases(vision, images), images.maxTiles());
  }

  /** The config of a model that reads images as a stage does. */
  static VlmConfig asRead(VlmConfig config, ImageRecipe images) {
    return config.withImages(canvases(config.vision(), images), images.maxTiles());
  }

  private static List<Resolution> canvases(SiglipVisionConfig vision, ImageRecipe images) {
    int tile = vision.imageSize();
    return images.grids().stream()
        .map(grid -> new Resolution(grid.columns() * tile, grid.rows() * tile))
        .toList();
  }
}
