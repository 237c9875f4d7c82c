package org.rsavlm.models.table;

import org.jspecify.annotations.Nullable;

/** The rows of a data set, one after the other. Not thread-safe. */
public interface RowSource extends AutoCloseable {

  /**
   * The next row, or null at the end.
   *
   * @throws org.rsavlm.core.UserException if the file is damaged or can't be read
   */
  @Nullable Row next();

  /** Closes the open file. */
  @Override
  void close();
}
