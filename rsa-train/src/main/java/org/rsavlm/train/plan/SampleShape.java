package org.rsavlm.train.plan;

import java.util.List;
import org.rsavlm.models.image.AnyRes;
import org.rsavlm.models.image.AnyResLayout;
import org.rsavlm.models.image.Resolution;

/**
 * One sample as the model sees it.
 *
 * @param tiles images that pass the tower, the base image included; 0 for text alone
 * @param imageTokens tokens of them in the sequence, newlines included
 * @param promptTokens text that isn't trained
 * @param textTokens text that is trained: the caption or the answers
 */
record SampleShape(long tiles, long imageTokens, long promptTokens, long textTokens) {

  /** Canvases are searched for the image with most tokens in steps of this many pixels. */
  private static final int STEP = 7;

  /** The same text with an image of a layout. */
  SampleShape withImage(AnyResLayout layout) {
    return withImage(layout.tiles(), layout.tokens());
  }

  SampleShape withImage(long newTiles, long newTokens) {
    return new SampleShape(newTiles, newTokens, promptTokens, textTokens);
  }

  /** Returns the length of the sequence. */
  long length() {
    return imageTokens + promptTokens + textTokens;
  }

  /**
   * The most tiles and the most tokens that any image takes, which need not be one image's: what
   * memory must be enough for.
   */
  SampleShape withLargestImage(AnyRes anyRes) {
    long most = 0;
    long longest = 0;
    for (Resolution canvas : sizes(anyRes.resolutions())) {
      AnyResLayout layout = anyRes.layout(canvas.width(), canvas.height());
      most = Math.max(most, layout.tiles());
      longest = Math.max(longest, layout.tokens());
    }
    return withImage(most, longest);
  }

  /** Images that touch two sides of a canvas. */
  private static List<Resolution> sizes(List<Resolution> canvases) {
    return canvases.stream()
        .<Resolution>mapMulti(
            (canvas, sink) -> {
              for (int height = STEP; height <= canvas.height(); height += STEP) {
                sink.accept(new Resolution(canvas.width(), height));
              }
              for (int width = STEP; width <= canvas.width(); width += STEP) {
                sink.accept(new Resolution(width, canvas.height()));
              }
              sink.accept(canvas);
            })
        .toList();
  }
}
