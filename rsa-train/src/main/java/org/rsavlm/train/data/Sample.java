package org.rsavlm.train.data;

import java.util.List;
import org.rsavlm.models.text.Turn;

/**
 * One sample as its file states it, in LLaVA's form.
 *
 * @param id the file's {@code id}, or {@code FILE:LINE} where it has none
 * @param images image names relative to the source's images directory, in the order of the {@code
 *     <image>} placeholders; empty for a text-only sample
 * @param conversations the turns in order, with their {@code <image>} placeholders
 * @param source name of the {@link SampleSource} it comes from
 * @param rsa whether its source takes part in RSA
 */
public record Sample(
    String id, List<String> images, List<Turn> conversations, String source, boolean rsa) {

  /** Copies the lists. */
  public Sample {
    images = List.copyOf(images);
    conversations = List.copyOf(conversations);
  }
}
