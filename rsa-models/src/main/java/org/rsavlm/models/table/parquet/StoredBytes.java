package org.rsavlm.models.table.parquet;

import org.jspecify.annotations.Nullable;

/**
 * Bytes that stay in their file until they are asked for. Whether the file has any there shows only
 * then.
 *
 * @param column where they are
 * @param group row group
 * @param slot place among all values and nulls of the column in that row group
 */
public record StoredBytes(StoredColumn column, int group, int slot) {

  /**
   * Reads them. Safe for many threads.
   *
   * @return null if the file has null there
   * @throws org.rsavlm.core.UserException if the file can't be read, or is damaged
   */
  public byte @Nullable [] read() {
    return column.read(group, slot);
  }
}
