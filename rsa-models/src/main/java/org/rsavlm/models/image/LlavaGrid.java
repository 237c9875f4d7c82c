package org.rsavlm.models.image;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How LLaVA's and Hugging Face's configs write AnyRes down. The same two numbers mean width and
 * height in LLaVA's {@code image_grid_pinpoints} but height and width in Hugging Face's, which
 * matters where two canvases are equally good.
 */
public final class LlavaGrid {

  private static final Pattern ASPECT = Pattern.compile("anyres(?:_max_([1-9]\\d{0,3}))?");
  private static final Pattern RANGE =
      Pattern.compile("\\(([1-9]\\d?)x([1-9]\\d?)\\),(?:.*,)?\\(([1-9]\\d?)x([1-9]\\d?)\\)");

  private LlavaGrid() {}

  /**
   * Reads LLaVA's {@code image_aspect_ratio} or Hugging Face's {@code vision_aspect_ratio}.
   *
   * @param text {@code anyres}, {@code anyres_max_9} or another aspect, such as {@code pad}
   * @return the largest number of tiles, 0 for no limit; empty for an aspect without tiles
   */
  public static OptionalInt maxTiles(String text) {
    Matcher matcher = ASPECT.matcher(text);
    if (!matcher.matches()) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(matcher.group(1) == null ? 0 : Integer.parseInt(matcher.group(1)));
  }

  /**
   * Reads LLaVA's short form of a grid: every combination between two corners, such as {@code
   * (1x1),...,(6x6)}.
   *
   * @param text the short form, in tiles
   * @param tileSize side of a tile in pixels
   * @return the canvases in pixels, in LLaVA's order
   * @throws IllegalArgumentException for any other text
   */
  public static List<Resolution> range(String text, int tileSize) {
    Matcher matcher = RANGE.matcher(text.replace(" ", ""));
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "grid \"" + text + "\"; expected is a range of tiles such as \"(1x1),...,(6x6)\"");
    }
    List<Resolution> resolutions = new ArrayList<>();
    int toWidth = Integer.parseInt(matcher.group(3));
    int toHeight = Integer.parseInt(matcher.group(4));
    for (int w = Integer.parseInt(matcher.group(1)); w <= toWidth; w++) {
      for (int h = Integer.parseInt(matcher.group(2)); h <= toHeight; h++) {
        resolutions.add(new Resolution(w * tileSize, h * tileSize));
      }
    }
    return resolutions;
  }

  /**
   * Reads LLaVA's list form.
   *
   * @param pairs width and height in pixels
   * @return the canvases
   */
  public static List<Resolution> widthFirst(List<List<Integer>> pairs) {
    return pairs.stream().map(p -> new Resolution(p.get(0), p.get(1))).toList();
  }

  /**
   * Reads Hugging Face's list form.
   *
   * @param pairs height and width in pixels
   * @return the canvases
   */
  public static List<Resolution> heightFirst(List<List<Integer>> pairs) {
    return pairs.stream().map(p -> new Resolution(p.get(1), p.get(0))).toList();
  }
}
