package org.rsavlm.models.table;

import java.io.IOException;

/**
 * The rows of a data set, any of them at any time; of the rows only the places are in memory. Safe
 * for many threads.
 */
public interface IndexedRows extends AutoCloseable {

  /** Number of rows. */
  int size();

  /**
   * Reads a row.
   *
   * @param index from 0, in the order of the files
   * @throws UnusableRowException if it can't be parsed
   */
  Row row(int index);

  /** {@code FILE:LINE} of a row, lines from 1; in Parquet a line is a row. */
  String name(int index);

  /** Whether a row states images, without parsing the rest; false where it can't be parsed. */
  boolean hasImages(int index);

  @Override
  void close() throws IOException;
}
