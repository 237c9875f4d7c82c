package org.rsavlm.models.table;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One file after the other; one is open at a time. */
final class ChainedRows implements RowSource {

  private final List<Path> files;
  private final Function<Path, ImageDirectory> images;
  private @Nullable RowSource current;
  private int nextFile;

  ChainedRows(List<Path> files, Function<Path, ImageDirectory> images) {
    this.files = files;
    this.images = images;
  }

  @Override
  public @Nullable Row next() {
    while (true) {
      if (current == null) {
        if (nextFile == files.size()) {
          return null;
        }
        Path file = files.get(nextFile++);
        current = TableFiles.open(file, images.apply(file));
      }
      Row row = current.next();
      if (row != null) {
        return row;
      }
      close();
    }
  }

  @Override
  public void close() {
    if (current != null) {
      current.close();
      current = null;
    }
  }
}
