package org.rsavlm.models.table.parquet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.zip.CRC32;
import org.apache.parquet.VersionParser.ParsedVersion;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.impl.ColumnReaderImpl;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.CodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.jspecify.annotations.Nullable;

/**
 * Random access to a column of byte arrays. A value is named by its row group and its slot there:
 * the place among all values and nulls of the column chunk. Safe for many threads.
 *
 * <p>The first value of a page that is asked for costs reading and decompressing all of it. Where
 * the bytes of a value lie in the file as they are, or in a few pieces, later ones cost no more
 * than themselves.
 */
final class BinaryColumn {

  private static final int NO_COMPRESSOR = 0;

  /** A table of a Snappy block pays where its elements have so many plain bytes on average. */
  private static final int PLAIN_AN_ELEMENT = 2048;

  private static final int LEAST_ELEMENTS = 64;

  private final FileChannel channel;
  private final ColumnDescriptor descriptor;
  private final @Nullable ParsedVersion writer;
  private final List<Chunk> chunks;
  private final PageMemory memory;
  private final AtomicReferenceArray<@Nullable PageHeaders> walked;

  /**
   * A row group's part of the column.
   *
   * @param start of its first page header in the file
   * @param end behind its last page
   * @param slots values and nulls
   * @param plain size of its pages once they are decompressed
   * @param codec of its pages
   */
  record Chunk(long start, long end, long slots, long plain, CompressionCodecName codec) {}

  BinaryColumn(
      FileChannel channel,
      ColumnDescriptor descriptor,
      @Nullable ParsedVersion writer,
      List<Chunk> chunks,
      PageMemory memory) {
    this.channel = channel;
    this.descriptor = descriptor;
    this.writer = writer;
    this.chunks = List.copyOf(chunks);
    this.memory = memory;
    walked = new AtomicReferenceArray<>(chunks.size());
  }

  long slots(int group) {
    return chunks.get(group).slots();
  }

  /**
   * Reads a value.
   *
   * @return null if the file has null there
   * @throws IOException if the file can't be read, or is damaged; other damage ends in runtime
   *     exceptions of all kinds
   */
  byte @Nullable [] read(int group, int slot) throws IOException {
    PageHeaders pages = pages(group);
    PageInfo page = pages.holding(slot);
    PagePlaces places = memory.places().get(new Key(this, page.body()));
    if (places != null) {
      return places.read(channel, slot - page.first());
    }
    PageInfo dictionary = page.encoding().usesDictionary() ? pages.dictionary() : null;
    long needed = page.readingBytes() + (dictionary == null ? 0 : dictionary.readingBytes());
    return memory
        .within(needed, () -> value(chunks.get(group).codec(), dictionary, page, slot))
        .orElse(null);
  }

  private PageHeaders pages(int group) throws IOException {
    PageHeaders found = walked.get(group);
    if (found == null) {
      found = PageHeaders.walk(channel, chunks.get(group));
      walked.set(group, found);
    }
    return found;
  }

  /** Reads a whole page, and notes where all its values lie. */
  private Optional<byte[]> value(
      CompressionCodecName codec, @Nullable PageInfo dictionary, PageInfo page, int slot)
      throws IOException {
    PageInfo holder = dictionary == null ? page : dictionary;
    byte[] content = content(codec, holder);
    OnePage one =
        new OnePage(dictionary == null ? null : entries(codec, dictionary), data(codec, page));
    ColumnReaderImpl reader =
        new ColumnReaderImpl(descriptor, one, new PrimitiveConverter() {}, writer);
    PagePlaces places = new PagePlaces(page.slots());
    Optional<byte[]> wanted = Optional.empty();
    for (int i = 0; i < page.slots(); i++) {
      if (reader.getCurrentDefinitionLevel() == descriptor.getMaxDefinitionLevel()) {
        Binary value = reader.getBinary();
        places.add(i, value.toByteBuffer(), content);
        if (page.first() + i == slot) {
          wanted = Optional.of(value.getBytes());
        }
      }
      reader.consume();
    }
    keep(new Key(this, page.body()), codec, holder, places);
    return wanted;
  }

  private void keep(Key key, CompressionCodecName codec, PageInfo holder, PagePlaces places)
      throws IOException {
    SnappyTable table = null;
    if (codec == CompressionCodecName.SNAPPY && holder.levels().compressed()) {
      int most = Math.max(LEAST_ELEMENTS, holder.plain() / PLAIN_AN_ELEMENT);
      table = SnappyTable.of(stored(holder), holder.uncompressed(), most);
      if (table == null) {
        return;
      }
    } else if (codec != CompressionCodecName.UNCOMPRESSED && holder.levels().compressed()) {
      return;
    }
    PagePlaces found = places.in(holder, table);
    if (found != null) {
      memory.places().put(key, found);
    }
  }

  private DictionaryPage entries(CompressionCodecName codec, PageInfo page) throws IOException {
    return new DictionaryPage(BytesInput.from(content(codec, page)), page.slots(), page.encoding());
  }

  private DataPage data(CompressionCodecName codec, PageInfo page) throws IOException {
    byte[] content = content(codec, page);
    Statistics<?> none = Statistics.getBuilderForReading(descriptor.getPrimitiveType()).build();
    if (!page.levels().version2()) {
      return new DataPageV1(
          BytesInput.from(content),
          page.slots(),
          content.length,
          none,
          page.repetitions(),
          page.definitions(),
          page.encoding());
    }
    int repetition = page.levels().repetition();
    int levels = page.uncompressed();
    return DataPageV2.uncompressed(
        page.slots(),
        0,
        page.slots(),
        BytesInput.from(content, 0, repetition),
        BytesInput.from(content, repetition, levels - repetition),
        page.encoding(),
        BytesInput.from(content, levels, content.length - levels),
        none);
  }

  /** A page's decompressed content. */
  private byte[] content(CompressionCodecName codec, PageInfo page) throws IOException {
    return memory.page(new Key(this, page.body()), () -> decompress(codec, page, stored(page)));
  }

  /** Equal for equal pages of the same open file. */
  private record Key(BinaryColumn column, long body) {}

  private static byte[] decompress(CompressionCodecName codec, PageInfo page, byte[] stored)
      throws IOException {
    if (codec == CompressionCodecName.UNCOMPRESSED || !page.levels().compressed()) {
      return stored;
    }
    int levels = page.uncompressed();
    CodecFactory factory = new CodecFactory(new PlainParquetConfiguration(), NO_COMPRESSOR);
    byte[] values;
    try {
      BytesInput compressed = BytesInput.from(stored, levels, stored.length - levels);
      values =
          factory
              .getDecompressor(codec)
              .decompress(compressed, page.plain() - levels)
              .toByteArray();
    } finally {
      factory.release();
    }
    if (levels == 0) {
      return values;
    }
    byte[] whole = Arrays.copyOf(stored, levels + values.length);
    System.arraycopy(values, 0, whole, levels, values.length);
    return whole;
  }

  private byte[] stored(PageInfo page) throws IOException {
    byte[] bytes = new byte[page.stored()];
    PagePlaces.read(channel, page.body(), ByteBuffer.wrap(bytes));
    if (page.checksum() >= 0) {
      CRC32 crc = new CRC32();
      crc.update(bytes);
      if (crc.getValue() != page.checksum()) {
        throw new IOException("a page does not match its checksum");
      }
    }
    return bytes;
  }

  /** A column chunk of one data page. */
  private static final class OnePage implements PageReader {

    private final @Nullable DictionaryPage dictionary;
    private final DataPage page;
    private boolean read;

    OnePage(@Nullable DictionaryPage dictionary, DataPage page) {
      this.dictionary = dictionary;
      this.page = page;
    }

    @Override
    public @Nullable DictionaryPage readDictionaryPage() {
      return dictionary;
    }

    @Override
    public long getTotalValueCount() {
      return page.getValueCount();
    }

    @Override
    public @Nullable DataPage readPage() {
      boolean first = !read;
      read = true;
      return first ? page : null;
    }
  }
}
