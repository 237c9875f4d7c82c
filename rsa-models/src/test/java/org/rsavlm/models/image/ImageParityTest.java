package org.rsavlm.models.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Decoding and processing against Pillow and Hugging Face's processors, bit by bit. */
class ImageParityTest {

  private static final int TILE = 28;
  private static final List<Resolution> RESOLUTIONS =
      LlavaGrid.heightFirst(
          List.of(
              List.of(28, 56),
              List.of(56, 28),
              List.of(56, 56),
              List.of(28, 84),
              List.of(84, 28),
              List.of(112, 56),
              List.of(84, 84)));

  record Expected(
      String file,
      int width,
      int height,
      String dropped,
      String onWhite,
      String siglip,
      int tiles,
      String oneVision,
      String padded) {

    static Expected of(String[] row) {
      return new Expected(
          row[0],
          Integer.parseInt(row[1]),
          Integer.parseInt(row[2]),
          row[3],
          row[4],
          row[5],
          Integer.parseInt(row[6]),
          row[7],
          row[8]);
    }

    RgbImage read(Alpha alpha) {
      return ImageReader.read(Fixtures.bytes("files/" + file), file, alpha);
    }

    @Override
    public String toString() {
      return file;
    }
  }

  static Stream<Expected> images() {
    return Fixtures.table("images.tsv").stream().map(Expected::of);
  }

  @ParameterizedTest
  @MethodSource("images")
  void pixelsAreThoseOfPillow(Expected expected) {
    RgbImage dropped = expected.read(Alpha.DROP);
    assertThat(dropped.width()).isEqualTo(expected.width());
    assertThat(dropped.height()).isEqualTo(expected.height());
    assertThat(Fixtures.checksum(dropped)).isEqualTo(expected.dropped());
    assertThat(Fixtures.checksum(expected.read(Alpha.WHITE))).isEqualTo(expected.onWhite());
  }

  @ParameterizedTest
  @MethodSource("images")
  void valuesAreThoseOfHuggingFacesSiglip(Expected expected) {
    float[] values = ImageProcessor.siglip(56).pixelValues(expected.read(Alpha.WHITE));
    assertThat(Fixtures.checksum(List.of(values))).isEqualTo(expected.siglip());
  }

  @ParameterizedTest
  @MethodSource("images")
  void tilesAreThoseOfHuggingFacesOneVision(Expected expected) {
    AnyRes anyRes = new AnyRes(TILE, 2, RESOLUTIONS, 9, AnyRes.Rounding.HUGGING_FACE);
    RgbImage image = expected.read(Alpha.WHITE);
    List<float[]> values = anyRes.pixelValues(image, ImageProcessor.siglip(TILE));
    assertThat(values).hasSize(expected.tiles());
    assertThat(anyRes.layout(image.width(), image.height()).tiles()).isEqualTo(expected.tiles());
    assertThat(Fixtures.checksum(values)).isEqualTo(expected.oneVision());
  }

  @ParameterizedTest
  @MethodSource("images")
  void paddedImagesAreThoseOfHuggingFacesOneVision(Expected expected) {
    ImageProcessor processor = ImageProcessor.siglip(TILE);
    RgbImage square = processor.padToSquare(expected.read(Alpha.WHITE));
    assertThat(Fixtures.checksum(List.of(processor.pixelValues(square))))
        .isEqualTo(expected.padded());
  }
}
