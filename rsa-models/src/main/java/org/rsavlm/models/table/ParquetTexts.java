package org.rsavlm.models.table;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;
import org.rsavlm.core.io.FileFaults;
import org.rsavlm.models.table.parquet.PageMemory;
import org.rsavlm.models.table.parquet.ParquetTable;
import org.rsavlm.models.table.parquet.StoredBytes;
import org.rsavlm.models.table.parquet.StoredColumn;

/**
 * Parquet files, any row at any time. On opening, the texts of all rows are copied as JSON to a
 * temporary file that is gone when it is closed or the process ends, however that happens; image
 * bytes stay in their files until they are asked for.
 */
final class ParquetTexts implements IndexedRows {

  /** Keys of a place in the JSON, in place of bytes. */
  private static final String GROUP = "group";

  private static final String SLOT = "slot";

  private final List<Shard> shards;
  private final IndexedText texts;
  private final BitSet withImages;

  private ParquetTexts(List<Shard> shards, IndexedText texts, BitSet withImages) {
    this.shards = List.copyOf(shards);
    this.texts = texts;
    this.withImages = withImages;
  }

  /**
   * A file.
   *
   * @param start index of its first row
   * @param image name of the column of images
   * @param bytes where image bytes are; null where there are none
   */
  private record Shard(
      Path file,
      int start,
      ImageDirectory images,
      @Nullable String image,
      @Nullable StoredColumn bytes) {}

  /**
   * Opens files.
   *
   * @param images where the image paths of each file start
   * @throws UserException if one can't be used, or there is no room for the texts
   */
  static ParquetTexts open(
      List<Path> files,
      RowColumns columns,
      Function<Path, ImageDirectory> images,
      PageMemory memory) {
    List<Shard> shards = new ArrayList<>();
    FileChannel channel = temporary();
    try {
      Copy copy = new Copy(channel, columns);
      for (Path file : files) {
        copy.file(file, images.apply(file), memory, shards);
      }
      copy.out.flush();
      String name = files.get(0).toString();
      return new ParquetTexts(shards, new IndexedText(name, channel, copy.index), copy.withImages);
    } catch (IOException e) {
      closeQuietly(channel, shards, e);
      throw noRoom(e);
    } catch (RuntimeException e) {
      closeQuietly(channel, shards, e);
      throw e;
    }
  }

  /** Rows on their way to the temporary file. */
  private static final class Copy {

    private static final int BUFFER = 1 << 16;

    private final OutputStream out;
    private final RowColumns columns;
    private final JsonIndex index = new JsonIndex();
    private final BitSet withImages = new BitSet();
    private long offset;

    Copy(FileChannel channel, RowColumns columns) {
      out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
      this.columns = columns;
    }

    void file(Path file, ImageDirectory images, PageMemory memory, List<Shard> shards)
        throws IOException {
      try (ParquetTable table = ParquetTable.open(file)) {
        RowColumns.Selection selected = columns.select(table.columns(), file.toString());
        checkTypes(table, selected, file);
        StoredColumn bytes = table.readOnly(selected.texts(), selected.image(), memory);
        shards.add(new Shard(file, index.size(), images, selected.image(), bytes));
        int number = 0;
        for (var row = table.next(); row != null; row = table.next()) {
          row(new Row(file + ", row " + number, images, texts(row)), selected.image(), ++number);
        }
      }
    }

    private void row(Row row, @Nullable String image, int line) throws IOException {
      Map<String, @Nullable Object> values = new LinkedHashMap<>();
      for (String column : row.columns()) {
        Object value = row.value(column);
        values.put(column, column.equals(image) ? written(value) : value);
      }
      byte[] json = JsonText.write(values);
      withImages.set(index.size(), columns.hasImages(row));
      index.add(offset, json.length, line);
      out.write(json);
      offset += json.length;
    }
  }

  /** Lists and structs are no text, and a text is no turns. */
  private static void checkTypes(ParquetTable table, RowColumns.Selection selected, Path file) {
    boolean turns = selected.form().kind() == RowForm.Kind.TURNS;
    boolean listed = selected.form().kind() == RowForm.Kind.CAPTION;
    for (String column : selected.texts()) {
      boolean inForm = selected.form().texts().contains(column);
      boolean good =
          inForm && turns
              ? !table.isPrimitive(column)
              : table.isPrimitive(column) || (inForm && listed && table.isList(column));
      if (!good) {
        throw new UserException(
            file.toString(),
            "column "
                + column
                + " holds no "
                + (inForm && turns ? "turns" : "text")
                + " by its type",
            "columns: names turns under conversations, texts under caption, or question and"
                + " answer");
      }
    }
  }

  /** Old files have texts as bytes without a type. */
  private static Map<String, @Nullable Object> texts(Map<?, ?> row) {
    Map<String, @Nullable Object> texts = new LinkedHashMap<>();
    row.forEach((name, value) -> texts.put(String.valueOf(name), text(value)));
    return texts;
  }

  private static @Nullable Object text(@Nullable Object value) {
    if (value instanceof byte[] bytes) {
      return new String(bytes, StandardCharsets.UTF_8);
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> texts = new ArrayList<>();
      list.forEach(one -> texts.add(text(one)));
      return texts;
    }
    return value instanceof Map<?, ?> map ? texts(map) : value;
  }

  /** Places as JSON. */
  private static @Nullable Object written(@Nullable Object value) {
    if (value instanceof StoredBytes place) {
      return Map.of(GROUP, place.group(), SLOT, place.slot());
    }
    return inside(value, ParquetTexts::written);
  }

  /** Places of what {@link #written} wrote. */
  private static @Nullable Object restored(@Nullable Object value, StoredColumn bytes) {
    if (value instanceof Map<?, ?> map
        && map.get(GROUP) instanceof Number group
        && map.get(SLOT) instanceof Number slot) {
      return bytes.at(group.intValue(), slot.intValue());
    }
    return inside(value, one -> restored(one, bytes));
  }

  private static @Nullable Object inside(
      @Nullable Object value, Function<@Nullable Object, @Nullable Object> change) {
    if (value instanceof List<?> list) {
      List<@Nullable Object> changed = new ArrayList<>();
      list.forEach(one -> changed.add(change.apply(one)));
      return changed;
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> changed = new LinkedHashMap<>();
      map.forEach((name, one) -> changed.put(String.valueOf(name), change.apply(one)));
      return changed;
    }
    return value;
  }

  private static FileChannel temporary() {
    try {
      Path file = Files.createTempFile("rsa-texts", ".jsonl");
      // Linux takes the name away at once and the space when the channel is closed.
      return FileChannel.open(
          file,
          StandardOpenOption.READ,
          StandardOpenOption.WRITE,
          StandardOpenOption.DELETE_ON_CLOSE);
    } catch (IOException e) {
      throw noRoom(e);
    }
  }

  private static UserException noRoom(IOException e) {
    return new UserException(
        System.getProperty("java.io.tmpdir"),
        "the texts of Parquet files can't be kept here: " + FileFaults.describe(e),
        "make room, or choose another directory by -Djava.io.tmpdir",
        e);
  }

  @Override
  public int size() {
    return texts.index().size();
  }

  private Shard shard(int index) {
    int shard = shards.size() - 1;
    while (shards.get(shard).start > index) {
      shard--;
    }
    return shards.get(shard);
  }

  @Override
  public Row row(int index) {
    Shard shard = shard(index);
    String where = shard.file + ", row " + (index - shard.start);
    Map<String, @Nullable Object> values = JsonText.values(texts.read(index), where);
    if (shard.image != null && shard.bytes != null) {
      values.put(shard.image, restored(values.get(shard.image), shard.bytes));
    }
    return new Row(where, name(index), shard.images, values);
  }

  @Override
  public String name(int index) {
    return shard(index).file.getFileName() + ":" + texts.index().line(index);
  }

  @Override
  public boolean hasImages(int index) {
    return withImages.get(index);
  }

  @Override
  public void close() throws IOException {
    for (Shard shard : shards) {
      if (shard.bytes != null) {
        shard.bytes.close();
      }
    }
    texts.close();
  }

  private static void closeQuietly(FileChannel channel, List<Shard> shards, Exception fault) {
    List<Closeable> open = new ArrayList<>(List.of(channel));
    for (Shard shard : shards) {
      if (shard.bytes != null) {
        open.add(shard.bytes);
      }
    }
    for (Closeable one : open) {
      try {
        one.close();
      } catch (IOException e) {
        fault.addSuppressed(e);
      }
    }
  }
}
