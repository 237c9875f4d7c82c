package org.rsavlm.models.table;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rsavlm.models.table.parquet.ParquetTable;

/** Rows of a Parquet file in order, with all that is in them. */
final class ParquetRows implements RowSource {

  private final Path file;
  private final ImageDirectory images;
  private final ParquetTable table;
  private int number;

  private ParquetRows(Path file, ImageDirectory images, ParquetTable table) {
    this.file = file;
    this.images = images;
    this.table = table;
  }

  static ParquetRows open(Path file, ImageDirectory images) {
    return new ParquetRows(file, images, ParquetTable.open(file));
  }

  @Override
  public @Nullable Row next() {
    Map<String, @Nullable Object> values = table.next();
    if (values == null) {
      return null;
    }
    String where = file + ", row " + number++;
    return new Row(where, file.getFileName() + ":" + number, images, values);
  }

  @Override
  public void close() {
    try {
      table.close();
    } catch (IOException e) {
      throw TableFiles.unreadable(file, e);
    }
  }
}
