package org.rsavlm.models.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ResamplerTest {

  /** The generator of the fixtures' script. */
  private static RgbImage noise(int seed, int width, int height) {
    byte[] rgb = new byte[3 * width * height];
    long state = seed;
    for (int i = 0; i < rgb.length; i++) {
      state = (state * 1103515245 + 12345) & 0x7fffffff;
      rgb[i] = (byte) (state >> 16);
    }
    return new RgbImage(width, height, rgb);
  }

  @Test
  void equalsPillowBitByBit() {
    for (String[] row : Fixtures.table("resampling.tsv")) {
      int[] n = Arrays.stream(row, 1, 6).mapToInt(Integer::parseInt).toArray();
      RgbImage resized = Resampler.valueOf(row[0]).resize(noise(n[0], n[1], n[2]), n[3], n[4]);
      assertThat(Fixtures.checksum(resized)).as(String.join(" ", row)).isEqualTo(row[6]);
    }
  }

  @ParameterizedTest
  @EnumSource(Resampler.class)
  void plainColoursStayAndTheSameSizeIsTheSameImage(Resampler resampler) {
    RgbImage plain = RgbImage.filled(7, 50, 1, 128, 254);
    assertThat(resampler.resize(plain, 90, 3)).isEqualTo(RgbImage.filled(90, 3, 1, 128, 254));
    assertThat(resampler.resize(plain, 7, 50)).isSameAs(plain);
  }

  @Test
  void longAndThinImagesNeedLittleMemory() {
    // Width first and in full would take 384 x 3,000,000 x 3 bytes.
    RgbImage column = RgbImage.filled(1, 3_000_000, 10, 20, 30);
    assertThat(Resampler.BICUBIC.resize(column, 384, 384))
        .isEqualTo(RgbImage.filled(384, 384, 10, 20, 30));
    RgbImage row = RgbImage.filled(3_000_000, 1, 10, 20, 30);
    assertThat(Resampler.BICUBIC.resize(row, 384, 384))
        .isEqualTo(RgbImage.filled(384, 384, 10, 20, 30));
  }

  @Test
  void emptySizesAreRefused() {
    RgbImage image = noise(1, 2, 2);
    assertThatThrownBy(() -> Resampler.BICUBIC.resize(image, 0, 5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 x 5");
  }
}
