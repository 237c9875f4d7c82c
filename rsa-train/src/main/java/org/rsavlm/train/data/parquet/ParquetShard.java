package org.rsavlm.train.data.parquet;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.VersionParser;
import org.apache.parquet.VersionParser.ParsedVersion;
import org.apache.parquet.VersionParser.VersionParseException;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.RecordReader;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;
import org.rsavlm.core.io.FileFaults;
import org.rsavlm.train.config.ColumnsRecipe;

/**
 * A Parquet file of samples.
 *
 * <p>Its columns are {@code id}, {@code conversations} (a list of structs of {@code from} and
 * {@code value}), and {@code image} (a struct of {@code bytes} and {@code path}, bytes alone, or a
 * path) or {@code images} (a list of such structs or paths), as LLaVA's data on the hub has them;
 * or {@code image} and {@code caption} or {@code text}, from which the conversation is made. {@link
 * ColumnsRecipe} gives them other names. Other columns are not read.
 *
 * <p>{@link #image} is safe for many threads.
 */
public final class ParquetShard implements Closeable {

  private static final String CURE = "fetch or write the file again, it is damaged";

  private final Path file;
  private final FileChannel channel;
  private final @Nullable BinaryColumn images;

  private ParquetShard(Path file, FileChannel channel, @Nullable BinaryColumn images) {
    this.file = file;
    this.channel = channel;
    this.images = images;
  }

  /**
   * Opens a file and reads its texts.
   *
   * @param stated names of columns that are not the usual ones
   * @param memory shared by all shards
   * @param rows gets every row, in order
   * @throws UserException if the file can't be read, is damaged, or holds no samples by its columns
   */
  public static ParquetShard open(
      Path file, ColumnsRecipe stated, PageMemory memory, RowSink rows) {
    FileChannel channel = null;
    try {
      channel = FileChannel.open(file, StandardOpenOption.READ);
      BinaryColumn images = readTexts(file, channel, stated, memory, rows);
      return new ParquetShard(file, channel, images);
    } catch (IOException | RuntimeException e) {
      close(channel);
      // Damaged files end in all kinds of runtime exceptions.
      throw e instanceof UserException fault ? fault : fault(file, file.toString(), e);
    }
  }

  private static @Nullable BinaryColumn readTexts(
      Path file, FileChannel channel, ColumnsRecipe stated, PageMemory memory, RowSink rows)
      throws IOException {
    ParquetReadOptions options =
        ParquetReadOptions.builder(new PlainParquetConfiguration())
            .usePageChecksumVerification(true)
            .build();
    try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(file), options)) {
      SampleColumns columns =
          SampleColumns.of(reader.getFileMetaData().getSchema(), stated, file.toString());
      BinaryColumn images = null;
      if (columns.bytes() != null) {
        images =
            new BinaryColumn(
                channel,
                columns.bytes(),
                version(reader.getFileMetaData().getCreatedBy()),
                chunks(reader.getRowGroups(), columns.bytes()),
                memory);
      }
      reader.setRequestedSchema(columns.texts());
      MessageColumnIO io =
          new ColumnIOFactory(reader.getFileMetaData().getCreatedBy())
              .getColumnIO(columns.texts(), reader.getFileMetaData().getSchema());
      SampleForm form = new SampleForm(columns);
      for (int group = 0; group < reader.getRowGroups().size(); group++) {
        form.startGroup(group);
        if (reader.getRowGroups().get(group).getRowCount() > 0) {
          try (PageReadStore pages = reader.readRowGroup(group)) {
            RecordReader<Group> records =
                io.getRecordReader(pages, new GroupRecordConverter(columns.texts()));
            for (long row = 0; row < pages.getRowCount(); row++) {
              form.sample(GroupJson.object(records.read()), rows);
            }
          }
        }
        if (images != null && images.slots(group) != form.slots()) {
          throw new IOException(
              "row group "
                  + group
                  + " has "
                  + images.slots(group)
                  + " values of image bytes where its rows have "
                  + form.slots());
        }
      }
      return images;
    }
  }

  private static List<BinaryColumn.Chunk> chunks(
      List<BlockMetaData> groups, ColumnDescriptor column) throws IOException {
    List<BinaryColumn.Chunk> chunks = new ArrayList<>();
    for (BlockMetaData group : groups) {
      ColumnChunkMetaData chunk = null;
      for (ColumnChunkMetaData one : group.getColumns()) {
        if (List.of(one.getPath().toArray()).equals(List.of(column.getPath()))) {
          chunk = one;
        }
      }
      if (chunk == null) {
        throw new IOException("a row group without column " + String.join(".", column.getPath()));
      }
      chunks.add(
          new BinaryColumn.Chunk(
              chunk.getStartingPos(),
              chunk.getStartingPos() + chunk.getTotalSize(),
              chunk.getValueCount(),
              chunk.getTotalUncompressedSize(),
              chunk.getCodec()));
    }
    return chunks;
  }

  private static @Nullable ParsedVersion version(@Nullable String createdBy) {
    try {
      return createdBy == null ? null : VersionParser.parse(createdBy);
    } catch (VersionParseException e) {
      return null; // only known writers have faults to work around
    }
  }

  /** The file. */
  public Path file() {
    return file;
  }

  /**
   * Reads an image as it is encoded.
   *
   * @param name that the row states, with a place in this file
   * @return the content of an image file; null if the file has null there
   * @throws UserException if the file can't be read, or is damaged
   */
  public byte @Nullable [] image(ImageName name) {
    if (images == null) {
      throw new IllegalArgumentException("no images in " + file);
    }
    try {
      return images.read(name.group(), name.slot());
    } catch (IOException | RuntimeException e) {
      throw fault(file, file + ", row group " + name.group() + ", image " + name.slot(), e);
    }
  }

  private static UserException fault(Path file, String where, Exception e) {
    if (e instanceof java.nio.file.FileSystemException unreadable) {
      return new UserException(
          file.toString(),
          "can't be read: " + FileFaults.describe(unreadable),
          "check json_path and the directory it is relative to",
          e);
    }
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String reason = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    return new UserException(
        where, "can't be read as Parquet: " + reason.lines().findFirst().orElse(""), CURE, e);
  }

  private static void close(@Nullable FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      // The fault that led here is the one to tell.
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
