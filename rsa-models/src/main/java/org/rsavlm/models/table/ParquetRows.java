package org.rsavlm.models.table;

import com.jerolba.carpet.CarpetReader;
import com.jerolba.carpet.CloseableIterator;
import com.jerolba.carpet.io.FileSystemInputFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.api.Binary;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;

/** Rows of a Parquet file, read as a stream: a row group's pages are in memory at a time. */
final class ParquetRows implements RowSource {

  private final Path file;
  private final ImageDirectory images;
  private final CloseableIterator<?> rows;
  private int number;

  private ParquetRows(Path file, ImageDirectory images, CloseableIterator<?> rows) {
    this.file = file;
    this.images = images;
    this.rows = rows;
  }

  /** The number of rows, by the file's footer. */
  static long count(Path file) {
    try (ParquetFileReader reader =
        ParquetFileReader.open(
            new FileSystemInputFile(file.toFile()),
            ParquetReadOptions.builder(new PlainParquetConfiguration()).build())) {
      return reader.getRecordCount();
    } catch (IOException e) {
      throw TableFiles.unreadable(file, e);
    } catch (RuntimeException e) {
      throw damaged(file.toString(), e);
    }
  }

  static ParquetRows open(Path file, ImageDirectory images) {
    try {
      return new ParquetRows(file, images, new CarpetReader<>(file.toFile(), Map.class).iterator());
    } catch (UncheckedIOException e) {
      throw TableFiles.unreadable(file, new IOException(e.getMessage(), e));
    } catch (RuntimeException e) {
      throw damaged(file.toString(), e);
    }
  }

  @Override
  public @Nullable Row next() {
    String where = file + ", row " + number;
    Object record;
    try {
      if (!rows.hasNext()) {
        return null;
      }
      record = rows.next();
    } catch (RuntimeException e) {
      // Damaged files end in all kinds of runtime exceptions.
      throw damaged(where, e);
    }
    if (!(record instanceof Map<?, ?> columns)) {
      throw new IllegalStateException("a row that is no map");
    }
    number++;
    return new Row(where, images, plain(columns));
  }

  private static Map<String, @Nullable Object> plain(Map<?, ?> columns) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    columns.forEach((name, value) -> values.put(String.valueOf(name), plain(value)));
    return values;
  }

  /** The types that a {@link Row} knows; others, such as dates, become their text. */
  private static @Nullable Object plain(@Nullable Object value) {
    if (value == null
        || value instanceof String
        || value instanceof Long
        || value instanceof Double
        || value instanceof Boolean) {
      return value;
    }
    if (value instanceof Binary binary) {
      return binary.getBytes();
    }
    if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
      return ((Number) value).longValue();
    }
    if (value instanceof Float number) {
      return number.doubleValue();
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> items = new ArrayList<>();
      list.forEach(item -> items.add(plain(item)));
      return items;
    }
    if (value instanceof Map<?, ?> map) {
      return plain(map);
    }
    return value.toString();
  }

  private static UserException damaged(String where, RuntimeException e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return new UserException(
        where, "cannot be read as Parquet: " + root, "fetch the file again", e);
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
