package org.rsavlm.models.table;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows of a JSON file in order: a row is parsed at a time. */
final class JsonRows implements RowSource {

  private final Path file;
  private final JsonFiles rows;
  private int next;

  private JsonRows(Path file, JsonFiles rows) {
    this.file = file;
    this.rows = rows;
  }

  static JsonRows open(Path file, ImageDirectory images) {
    try {
      return new JsonRows(file, JsonFiles.open(List.of(file), RowColumns.USUAL, one -> images));
    } catch (IOException e) {
      throw TableFiles.unreadable(file, e);
    }
  }

  static int count(Path file) {
    return JsonIndexer.index(file).size();
  }

  @Override
  public @Nullable Row next() {
    return next == rows.size() ? null : rows.row(next++);
  }

  @Override
  public void close() {
    try {
      rows.close();
    } catch (IOException e) {
      throw TableFiles.unreadable(file, e);
    }
  }
}
