package org.rsavlm.train.demo;

import java.awt.image.BufferedImage;
import java.util.List;
import java.util.function.Supplier;

/**
 * An image-caption pair of a data set that is about to be written.
 *
 * @param name file name of its picture without ending, unique within its split; also its id
 * @param picture paints or reads the picture; called once, on any thread
 * @param caption dense caption
 * @param coarse short caption
 * @param dialogue turns of the Stage-2 sample; for a held-out pair each is a sample of its own
 */
record ImageCaptionPair(
    String name,
    Supplier<BufferedImage> picture,
    String caption,
    String coarse,
    List<QuestionAnswer> dialogue) {

  ImageCaptionPair {
    dialogue = List.copyOf(dialogue);
  }
}
