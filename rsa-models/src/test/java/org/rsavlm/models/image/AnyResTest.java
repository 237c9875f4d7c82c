package org.rsavlm.models.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnyResTest {

  private static final List<Resolution> SIX_BY_SIX = LlavaGrid.range("(1x1),...,(6x6)", 384);
  private static final List<List<Integer>> STAGE_1_5 =
      List.of(
          List.of(384, 768),
          List.of(768, 384),
          List.of(768, 768),
          List.of(1152, 384),
          List.of(384, 1152));

  private static AnyRes llava(List<Resolution> resolutions, int maxTiles) {
    return new AnyRes(384, 27, resolutions, maxTiles, AnyRes.Rounding.LLAVA);
  }

  private static AnyRes huggingFace(List<Resolution> resolutions, int maxTiles) {
    return new AnyRes(384, 27, resolutions, maxTiles, AnyRes.Rounding.HUGGING_FACE);
  }

  @Test
  void tokenCountsEqualTheReferencesForFiveHundredSizes() {
    AnyRes stage15 = llava(LlavaGrid.widthFirst(STAGE_1_5), 0);
    AnyRes nine = llava(SIX_BY_SIX, 9);
    AnyRes hfNine = huggingFace(LlavaGrid.heightFirst(pairs(SIX_BY_SIX)), 9);
    AnyRes hfTwo = huggingFace(LlavaGrid.heightFirst(STAGE_1_5), 2);
    List<String[]> table = Fixtures.table("anyres-tokens.tsv");
    assertThat(table).hasSize(506);
    for (String[] row : table) {
      int[] n = Arrays.stream(row).mapToInt(Integer::parseInt).toArray();
      assertThat(
              List.of(
                  stage15.layout(n[0], n[1]).tokens(),
                  nine.layout(n[0], n[1]).tokens(),
                  hfNine.layout(n[0], n[1]).tokens(),
                  hfTwo.layout(n[0], n[1]).tokens()))
          .as("%d x %d", n[0], n[1])
          .containsExactly(n[2], n[3], n[4], n[5]);
    }
  }

  private static List<List<Integer>> pairs(List<Resolution> resolutions) {
    return resolutions.stream().map(r -> List.of(r.width(), r.height())).toList();
  }

  @Test
  void aWideImageIsUnpaddedAboveAndBelowAndReduced() {
    AnyResLayout layout = llava(SIX_BY_SIX, 2).layout(1152, 500);
    // On 3 x 2 tiles: 81 x 54 features, of which 35 rows hold the image; then at most 2 tiles.
    assertThat(layout.columns()).isEqualTo(3);
    assertThat(layout.rows()).isEqualTo(2);
    assertThat(layout.tiles()).isEqualTo(7);
    assertThat(layout.left()).isZero();
    assertThat(layout.top()).isEqualTo((54 - 35) / 2);
    assertThat(layout.keptWidth()).isEqualTo(81);
    assertThat(layout.keptHeight()).isEqualTo(54 - 2 * 9);
    double times = Math.sqrt(81 * 36 / (2.0 * 27 * 27));
    assertThat(layout.width()).isEqualTo((int) (81 / times));
    assertThat(layout.height()).isEqualTo((int) (36 / times));
    assertThat(layout.tokens()).isEqualTo(729 + layout.height() * (layout.width() + 1));
  }

  @Test
  void imagesWithoutTilesHaveOneNewlineOrNone() {
    assertThat(AnyResLayout.single(27).tokens()).isEqualTo(730);
    assertThat(AnyResLayout.flat(27).tokens()).isEqualTo(729);
    assertThat(AnyResLayout.flat(27).tiles()).isEqualTo(1);
  }

  @Test
  void ofEquallyGoodCanvasesTheFirstListedIsTaken() {
    AnyRes wideFirst = llava(List.of(new Resolution(768, 384), new Resolution(384, 768)), 0);
    AnyRes tallFirst = llava(List.of(new Resolution(384, 768), new Resolution(768, 384)), 0);
    assertThat(wideFirst.best(100, 100)).isEqualTo(new Resolution(768, 384));
    assertThat(tallFirst.best(100, 100)).isEqualTo(new Resolution(384, 768));
  }

  @Test
  void tilesAreRowMajorAfterTheBaseImageOnBlack() {
    RgbImage image = RgbImage.filled(16, 4, 200, 200, 200);
    AnyRes anyRes = new AnyRes(8, 2, List.of(new Resolution(16, 16)), 0, AnyRes.Rounding.LLAVA);
    List<RgbImage> tiles = anyRes.tiles(image, Resampler.BICUBIC);
    assertThat(tiles).hasSize(5).allMatch(t -> t.width() == 8 && t.height() == 8);
    assertThat(tiles.get(0)).isEqualTo(RgbImage.filled(8, 8, 200, 200, 200));
    for (int tile = 1; tile < 5; tile++) {
      for (int y = 0; y < 8; y++) {
        boolean inside = tile < 3 ? y >= 6 : y < 2;
        assertThat(tiles.get(tile).sample(5, y, 1)).isEqualTo(inside ? 200 : 0);
      }
    }
  }

  @Test
  void extremeShapesHaveALayout() {
    AnyRes nine = llava(SIX_BY_SIX, 9);
    // An odd number of columns is left over, of which the larger half is kept.
    assertThat(nine.layout(1, 5000).keptWidth()).isEqualTo(1);
    assertThat(llava(List.of(new Resolution(768, 384)), 9).layout(1, 5000).keptWidth()).isZero();
    assertThat(nine.layout(80_000_000, 1).tokens()).isPositive();
  }

  @Test
  void valuesAreChecked() {
    assertThatThrownBy(() -> llava(List.of(), 0)).hasMessageContaining("no resolutions");
    assertThatThrownBy(() -> llava(List.of(new Resolution(384, 500)), 0))
        .hasMessageContaining("resolution 384 x 500; both must be multiples of the tile size 384");
    AnyRes anyRes = llava(SIX_BY_SIX, 9);
    ImageProcessor other = ImageProcessor.siglip(224);
    RgbImage image = RgbImage.filled(3, 3, 0, 0, 0);
    assertThatThrownBy(() -> anyRes.pixelValues(image, other))
        .hasMessageContaining("processor of size 224 for tiles of size 384");
  }

  @Test
  void configsAreRead() {
    assertThat(LlavaGrid.maxTiles("anyres_max_9")).hasValue(9);
    assertThat(LlavaGrid.maxTiles("anyres")).hasValue(0);
    assertThat(LlavaGrid.maxTiles("pad")).isEmpty();
    assertThat(SIX_BY_SIX)
        .hasSize(36)
        .startsWith(new Resolution(384, 384), new Resolution(384, 768));
    assertThat(LlavaGrid.range("(1x2), (2x3)", 14))
        .extracting(Resolution::toString)
        .containsExactly("14 x 28", "14 x 42", "28 x 28", "28 x 42");
    assertThatThrownBy(() -> LlavaGrid.range("6x6", 384)).hasMessageContaining("\"6x6\"");
  }
}
