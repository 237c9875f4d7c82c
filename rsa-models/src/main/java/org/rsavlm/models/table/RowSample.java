package org.rsavlm.models.table;

import java.util.List;
import org.rsavlm.models.text.Turn;

/**
 * A row as a conversation about images.
 *
 * @param id of the row, or {@code FILE:LINE} where it has none
 * @param images in the order of the {@code <image>} placeholders; none for text alone
 * @param conversation its turns with their placeholders
 */
public record RowSample(String id, List<RowImage> images, List<Turn> conversation) {

  /** Copies the lists. */
  public RowSample {
    images = List.copyOf(images);
    conversation = List.copyOf(conversation);
  }
}
