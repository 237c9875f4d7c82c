package org.rsavlm.models.hub;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.rsavlm.core.UserException;

/**
 * Reads a safetensors header: 8 bytes of length (little-endian), JSON, data.
 *
 * <p>As in the reference implementation, the tensors' bytes must fill the rest of the file without
 * holes and overlaps.
 */
final class HeaderReader {

  private static final int LENGTH_BYTES = 8;

  /** The JDK keeps a direct buffer as large as the largest read. */
  private static final int READ_BYTES = 1 << 20;

  private static final String LFS_POINTER = "version ";

  private HeaderReader() {}

  /**
   * Reads and checks a header.
   *
   * @param file named in errors
   * @param channel the file's content
   * @throws UserException if the header is not valid or does not fit the file
   * @throws IOException if reading fails
   */
  static SafetensorsHeader read(Path file, FileChannel channel) throws IOException {
    long size = channel.size();
    if (size < LENGTH_BYTES) {
      throw SafetensorsHeader.damaged(
          file, "not a safetensors file: " + size + " bytes long, 8 at least");
    }
    ByteBuffer first = readFully(file, channel, 0, LENGTH_BYTES);
    long length = first.order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    if (StandardCharsets.ISO_8859_1.decode(first).toString().equals(LFS_POINTER)) {
      throw new UserException(
          file.toString(),
          "a Git LFS pointer, not the weights",
          "fetch the file itself, for example with 'git lfs pull'");
    }
    if (length < 0 || length > SafetensorsHeader.MAX_BYTES) {
      throw SafetensorsHeader.damaged(
          file,
          String.format(
              Locale.ROOT,
              "not a safetensors file: header of %s bytes announced, %d at most",
              Long.toUnsignedString(length),
              SafetensorsHeader.MAX_BYTES));
    }
    if (length > size - LENGTH_BYTES) {
      throw SafetensorsHeader.damaged(
          file,
          String.format(
              Locale.ROOT,
              "header of %d bytes announced, but the file has %d bytes in all",
              length,
              size));
    }
    byte[] text = readFully(file, channel, LENGTH_BYTES, (int) length).array();
    SafetensorsHeader header = HeaderParser.parse(file, text, LENGTH_BYTES + length);
    List<SafetensorsHeader.Entry> sorted =
        inOrder(file, header.entries(), size - header.dataStart());
    return new SafetensorsHeader(header.metadata(), sorted, header.dataStart());
  }

  private static ByteBuffer readFully(Path file, FileChannel channel, long position, int length)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      buffer.limit(Math.min(length, buffer.position() + READ_BYTES));
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw SafetensorsHeader.damaged(file, "the file ends within its header");
      }
      buffer.limit(length);
    }
    return buffer.flip();
  }

  private static List<SafetensorsHeader.Entry> inOrder(
      Path file, List<SafetensorsHeader.Entry> entries, long dataBytes) {
    List<SafetensorsHeader.Entry> sorted = new ArrayList<>(entries);
    sorted.sort(
        Comparator.comparingLong(SafetensorsHeader.Entry::begin)
            .thenComparingLong(SafetensorsHeader.Entry::end));
    long position = 0;
    String before = "the header";
    for (SafetensorsHeader.Entry entry : sorted) {
      String name = Quote.of(entry.info().name());
      if (entry.end() > dataBytes) {
        throw SafetensorsHeader.damaged(
            file,
            String.format(
                Locale.ROOT,
                "tensor %s: its bytes end at %d, the file's data at %d",
                name,
                entry.end(),
                dataBytes));
      }
      if (entry.begin() != position) {
        String relation = entry.begin() < position ? "overlaps with" : "leaves a hole after";
        throw SafetensorsHeader.damaged(
            file,
            String.format(
                Locale.ROOT,
                "tensor %s: begins at %d, which %s %s at %d",
                name,
                entry.begin(),
                relation,
                before,
                position));
      }
      position = entry.end();
      before = name;
    }
    if (position != dataBytes) {
      throw SafetensorsHeader.damaged(
          file,
          String.format(
              Locale.ROOT, "%d bytes lie after the last tensor %s", dataBytes - position, before));
    }
    return List.copyOf(sorted);
  }
}
