package org.rsavlm.models.table.parquet;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.parquet.VersionParser;
import org.apache.parquet.VersionParser.ParsedVersion;
import org.apache.parquet.VersionParser.VersionParseException;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.jspecify.annotations.Nullable;

/** A column of bytes that are read when they are asked for. Safe for many threads. */
public final class StoredColumn implements Closeable {

  private final Path file;
  private final FileChannel channel;
  private final BinaryColumn column;

  private StoredColumn(Path file, FileChannel channel, BinaryColumn column) {
    this.file = file;
    this.channel = channel;
    this.column = column;
  }

  /** Opens the file anew, so that the reader of its rows may be closed. */
  static StoredColumn open(
      Path file, ParquetFileReader reader, ColumnDescriptor leaf, PageMemory memory)
      throws IOException {
    List<BinaryColumn.Chunk> chunks = chunks(reader.getRowGroups(), leaf);
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    ParsedVersion writer = version(reader.getFileMetaData().getCreatedBy());
    return new StoredColumn(file, channel, new BinaryColumn(channel, leaf, writer, chunks, memory));
  }

  private static List<BinaryColumn.Chunk> chunks(List<BlockMetaData> groups, ColumnDescriptor leaf)
      throws IOException {
    List<BinaryColumn.Chunk> chunks = new ArrayList<>();
    for (BlockMetaData group : groups) {
      ColumnChunkMetaData chunk = null;
      for (ColumnChunkMetaData one : group.getColumns()) {
        if (List.of(one.getPath().toArray()).equals(List.of(leaf.getPath()))) {
          chunk = one;
        }
      }
      if (chunk == null) {
        throw new IOException("a row group without column " + String.join(".", leaf.getPath()));
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

  /** The bytes at a place. */
  public StoredBytes at(int group, int slot) {
    return new StoredBytes(this, group, slot);
  }

  byte @Nullable [] read(int group, int slot) {
    return Guard.call(
            file,
            () -> file + ", row group " + group + ", image " + slot,
            () -> Optional.ofNullable(column.read(group, slot)))
        .orElse(null);
  }

  /** Says that rows and values of a row group don't fit together. */
  void check(int group, int slots) throws IOException {
    if (column.slots(group) != slots) {
      throw new IOException(
          "row group "
              + group
              + " has "
              + column.slots(group)
              + " values of image bytes where its rows have "
              + slots);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
