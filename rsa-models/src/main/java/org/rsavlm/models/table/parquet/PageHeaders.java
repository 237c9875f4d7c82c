package org.rsavlm.models.table.parquet;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.Util;
import org.jspecify.annotations.Nullable;
import org.rsavlm.models.table.parquet.BinaryColumn.Chunk;

/**
 * The pages of a column chunk, found by stepping from header to header over what is in between.
 *
 * @param dictionary null where the chunk has none
 * @param data in order
 */
record PageHeaders(@Nullable PageInfo dictionary, List<PageInfo> data) {

  private static final int READ_AHEAD = 4 << 10;

  /**
   * Walks a chunk.
   *
   * @param chunk where it is, and what it holds by the footer
   * @throws IOException if headers and footer don't fit together
   */
  static PageHeaders walk(FileChannel channel, Chunk chunk) throws IOException {
    List<PageInfo> data = new ArrayList<>();
    PageInfo dictionary = null;
    long at = chunk.start();
    int found = 0;
    while (found < chunk.slots()) {
      if (at >= chunk.end()) {
        throw new IOException(
            "its pages hold " + found + " values, the footer says " + chunk.slots());
      }
      HeaderStream stream = new HeaderStream(channel, at);
      PageHeader header = Util.readPageHeader(stream);
      long body = stream.position();
      at = body + header.getCompressed_page_size();
      // Sizes are checked before memory is taken for them.
      if (at < body
          || at > chunk.end()
          || header.getUncompressed_page_size() < 0
          || header.getUncompressed_page_size() > chunk.plain()) {
        throw new IOException("a page that is larger than the row group, or less than empty");
      }
      switch (PageInfo.stated(header.getType())) {
        case DICTIONARY_PAGE -> dictionary = PageInfo.dictionary(header, body);
        case DATA_PAGE -> data.add(PageInfo.version1(header, body, found));
        case DATA_PAGE_V2 -> data.add(PageInfo.version2(header, body, found));
        default -> {
          // An index page holds no values.
        }
      }
      if (!data.isEmpty()) {
        PageInfo last = data.get(data.size() - 1);
        found = Math.addExact(last.first(), last.slots());
      }
    }
    return new PageHeaders(dictionary, List.copyOf(data));
  }

  /** The page that holds a slot. */
  PageInfo holding(int slot) throws IOException {
    int low = 0;
    int high = data.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (data.get(middle).first() <= slot) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    PageInfo page = data.get(low);
    if (slot < page.first() || slot >= page.first() + page.slots()) {
      throw new IOException("no page holds value " + slot);
    }
    return page;
  }

  /** Bytes of a file from some position on, which knows how far it was read. */
  private static final class HeaderStream extends InputStream {

    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(READ_AHEAD).limit(0);
    private long next;

    HeaderStream(FileChannel channel, long start) {
      this.channel = channel;
      next = start;
    }

    long position() {
      return next - buffer.remaining();
    }

    private boolean fill() throws IOException {
      if (!buffer.hasRemaining()) {
        buffer.clear();
        next += Math.max(0, channel.read(buffer, next));
        buffer.flip();
      }
      return buffer.hasRemaining();
    }

    @Override
    public int read() throws IOException {
      return fill() ? Byte.toUnsignedInt(buffer.get()) : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (!fill()) {
        return -1;
      }
      int n = Math.min(length, buffer.remaining());
      buffer.get(target, offset, n);
      return n;
    }
  }
}
