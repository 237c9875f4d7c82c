package org.rsavlm.models.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ImageProcessorTest {

  @Test
  void sigLipMapsBlackToMinusOneAndWhiteToOneChannelsFirst() {
    RgbImage red = RgbImage.filled(5, 3, 255, 0, 51);
    float[] values = ImageProcessor.siglip(4).pixelValues(red);
    assertThat(values).hasSize(3 * 4 * 4);
    for (int i = 0; i < 16; i++) {
      assertThat(values[i]).isEqualTo(1f);
      assertThat(values[16 + i]).isEqualTo(-1f);
      assertThat(values[32 + i]).isEqualTo(((float) (51 / 255.0) - 0.5f) / 0.5f);
    }
  }

  @Test
  void paddingCentresOnTheMeanColour() {
    ImageProcessor processor =
        new ImageProcessor(
            4, Resampler.BICUBIC, 1 / 255.0, List.of(0.5, 0.25, 1.0), List.of(1.0, 1.0, 1.0));
    RgbImage square = processor.padToSquare(RgbImage.filled(2, 5, 9, 8, 7));
    assertThat(square.width()).isEqualTo(5);
    assertThat(square.height()).isEqualTo(5);
    assertThat(pixel(square, 0, 4)).containsExactly(127, 63, 255);
    assertThat(pixel(square, 1, 0)).containsExactly(9, 8, 7);
    assertThat(pixel(square, 2, 4)).containsExactly(9, 8, 7);
    assertThat(pixel(square, 3, 0)).containsExactly(127, 63, 255);
  }

  private static int[] pixel(RgbImage image, int x, int y) {
    return new int[] {image.sample(x, y, 0), image.sample(x, y, 1), image.sample(x, y, 2)};
  }

  @Test
  void valuesAreChecked() {
    List<Double> half = List.of(0.5, 0.5, 0.5);
    assertThatThrownBy(() -> ImageProcessor.siglip(0)).hasMessageContaining("size 0");
    assertThatThrownBy(
            () -> new ImageProcessor(8, Resampler.BICUBIC, 1, half, List.of(0.5, 0.0, 0.5)))
        .hasMessageContaining("image_std [0.5, 0.0, 0.5]; must be three positive numbers");
    assertThatThrownBy(() -> new ImageProcessor(8, Resampler.BICUBIC, 1, List.of(0.5), half))
        .hasMessageContaining("image_mean [0.5]; must be three finite numbers");
    assertThatThrownBy(() -> new ImageProcessor(8, Resampler.BICUBIC, Double.NaN, half, half))
        .hasMessageContaining("rescale_factor NaN");
  }
}
