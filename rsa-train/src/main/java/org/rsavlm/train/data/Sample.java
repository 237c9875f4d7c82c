package org.rsavlm.train.data;

import java.util.List;
import org.rsavlm.models.table.IndexedRows;
import org.rsavlm.models.table.Row;
import org.rsavlm.models.table.RowColumns;
import org.rsavlm.models.table.RowImage;
import org.rsavlm.models.table.RowSample;
import org.rsavlm.models.table.UnusableRowException;
import org.rsavlm.models.text.Turn;

/**
 * One sample as its file states it, in LLaVA's form.
 *
 * @param id the file's {@code id}, or {@code FILE:LINE} where it has none
 * @param images in the order of the {@code <image>} placeholders, not read yet; empty for a
 *     text-only sample
 * @param conversations the turns in order, with their {@code <image>} placeholders
 * @param source name of the {@link SampleSource} it comes from
 * @param rsa whether its source takes part in RSA
 */
public record Sample(
    String id, List<RowImage> images, List<Turn> conversations, String source, boolean rsa) {

  /** Copies the lists. */
  public Sample {
    images = List.copyOf(images);
    conversations = List.copyOf(conversations);
  }

  /** Reads a row of a source. */
  static Sample read(IndexedRows rows, int index, SampleSource source, RowColumns columns)
      throws RejectedSampleException {
    String id = rows.name(index);
    try {
      Row row = rows.row(index);
      id = columns.id(row);
      RowSample sample = columns.sample(row);
      return new Sample(id, sample.images(), sample.conversation(), source.name(), source.rsa());
    } catch (UnusableRowException e) {
      throw new RejectedSampleException(
          new Rejection(id, source.name(), RejectionReason.of(e.kind()), e.detail()));
    }
  }
}
