package org.rsavlm.models.table.parquet;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;

/**
 * The rows of a Parquet file, one after the other; pages of one row group are in memory at a time.
 * A row is a map of plain values by column: text, long, double, boolean, {@code byte[]}, list, map
 * or null.
 *
 * <p>All columns are read, bytes and all, unless {@link #readOnly} says which; then image bytes
 * stay in the file, and {@link StoredBytes} says where. Not thread-safe.
 */
public final class ParquetTable implements Closeable {

  private final Path file;
  private final ParquetFileReader reader;
  private final MessageType schema;
  private MessageType wanted;
  private @Nullable String imageName;
  private @Nullable ImageColumn image;
  private @Nullable StoredColumn bytes;
  private ImageColumn.@Nullable Slots slots;
  private @Nullable PageReadStore pages;
  private @Nullable RecordReader<Group> records;
  private int group = -1;
  private long rowsLeft;
  private long number;

  private ParquetTable(Path file, ParquetFileReader reader) {
    this.file = file;
    this.reader = reader;
    schema = reader.getFileMetaData().getSchema();
    wanted = schema;
  }

  /**
   * Opens a file.
   *
   * @throws org.rsavlm.core.UserException if it can't be read, or is damaged
   */
  public static ParquetTable open(Path file) {
    return Guard.call(file, file::toString, () -> new ParquetTable(file, reader(file)));
  }

  private static ParquetFileReader reader(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    ParquetReadOptions options =
        ParquetReadOptions.builder(new PlainParquetConfiguration())
            .usePageChecksumVerification(true)
            .build();
    ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(file), options);
    try {
      checkCodecs(file, reader);
      return reader;
    } catch (RuntimeException e) {
      reader.close();
      throw e;
    }
  }

  /** Codecs that parquet-java names but has no code for. */
  private static void checkCodecs(Path file, ParquetFileReader reader) {
    for (BlockMetaData group : reader.getRowGroups()) {
      for (ColumnChunkMetaData chunk : group.getColumns()) {
        CompressionCodecName codec = chunk.getCodec();
        if (codec == CompressionCodecName.BROTLI || codec == CompressionCodecName.LZO) {
          throw new UserException(
              file.toString(),
              "is compressed by " + codec + ", which can't be read here",
              "write it anew with snappy, zstd or gzip");
        }
      }
    }
  }

  /** Number of rows, by the file's footer. */
  public long size() {
    return reader.getRecordCount();
  }

  /** Names of the columns. */
  public List<String> columns() {
    return schema.getFields().stream().map(Type::getName).toList();
  }

  /** Whether a column holds neither lists nor structs. */
  public boolean isPrimitive(String column) {
    return schema.getType(column).isPrimitive();
  }

  /** Whether a column holds lists. */
  public boolean isList(String column) {
    return schema.getType(column).getLogicalTypeAnnotation() instanceof ListLogicalTypeAnnotation;
  }

  /**
   * Reads some columns, and leaves image bytes where they are.
   *
   * @param texts columns to be read
   * @param images column of images, or null; may be one of the texts
   * @param memory for the bytes
   * @return where image bytes are, open until it is closed; null where the file holds none
   * @throws org.rsavlm.core.UserException if the column holds no images by its type, or the file is
   *     damaged
   */
  public @Nullable StoredColumn readOnly(
      Iterable<String> texts, @Nullable String images, PageMemory memory) {
    List<Type> types = new ArrayList<>();
    texts.forEach(name -> types.add(schema.getType(name)));
    if (images != null) {
      ImageColumn column = ImageColumn.of(schema.getType(images), file.toString());
      boolean read = types.contains(schema.getType(images));
      if (column.rest() != null && !read) {
        types.add(column.rest());
      }
      List<String> leaf = column.bytes();
      if (leaf != null) {
        image = column;
        imageName = images;
        bytes =
            Guard.call(
                file,
                file::toString,
                () ->
                    StoredColumn.open(
                        file,
                        reader,
                        schema.getColumnDescription(leaf.toArray(new String[0])),
                        memory));
      }
    }
    wanted = new MessageType(schema.getName(), types);
    return bytes;
  }

  /**
   * The next row, or null at the end.
   *
   * @throws org.rsavlm.core.UserException if the file is damaged
   */
  public @Nullable Map<String, @Nullable Object> next() {
    return Guard.call(file, () -> file + ", row " + number, () -> Optional.ofNullable(read()))
        .orElse(null);
  }

  private @Nullable Map<String, @Nullable Object> read() throws IOException {
    while (rowsLeft == 0) {
      if (!nextGroup()) {
        return null;
      }
    }
    rowsLeft--;
    number++;
    Group record = records == null ? null : records.read();
    if (record == null) {
      throw new IOException("fewer rows than the footer says");
    }
    Map<String, @Nullable Object> values = GroupValues.of(record);
    if (image != null && imageName != null && slots != null) {
      values.put(imageName, image.placed(values.get(imageName), slots));
    }
    return values;
  }

  private boolean nextGroup() throws IOException {
    if (bytes != null && slots != null) {
      bytes.check(group, slots.taken());
    }
    if (pages != null) {
      pages.close();
      pages = null;
    }
    if (++group >= reader.getRowGroups().size()) {
      slots = null;
      return false;
    }
    slots = bytes == null ? null : new ImageColumn.Slots(bytes, group);
    if (reader.getRowGroups().get(group).getRowCount() == 0) {
      return true;
    }
    reader.setRequestedSchema(wanted);
    pages = reader.readRowGroup(group);
    MessageColumnIO io =
        new ColumnIOFactory(reader.getFileMetaData().getCreatedBy()).getColumnIO(wanted, schema);
    records = io.getRecordReader(pages, new GroupRecordConverter(wanted));
    rowsLeft = pages.getRowCount();
    return true;
  }

  /** Closes the file; image bytes can still be read. */
  @Override
  public void close() throws IOException {
    if (pages != null) {
      pages.close();
    }
    reader.close();
  }
}
