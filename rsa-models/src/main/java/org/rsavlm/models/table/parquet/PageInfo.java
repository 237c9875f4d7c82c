package org.rsavlm.models.table.parquet;

import java.util.Objects;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.DictionaryPageHeader;
import org.apache.parquet.format.PageHeader;
import org.jspecify.annotations.Nullable;

/**
 * Where a page is and how it is written; its header without the statistics, which may be long.
 *
 * @param body where the content begins in the file
 * @param stored size of the content in the file
 * @param plain size of the content once it is decompressed
 * @param first slot of the column chunk that the page begins with; a slot is a value or a null
 * @param slots in the page; of a dictionary its entries
 * @param encoding of the values
 * @param definitions encoding of the definition levels, in a page of version 1
 * @param repetitions encoding of the repetition levels, in a page of version 1
 * @param levels lengths of both kinds of levels, which a page of version 2 doesn't compress
 * @param checksum CRC-32 of the stored content as an unsigned number; -1 where the file has none
 */
record PageInfo(
    long body,
    int stored,
    int plain,
    int first,
    int slots,
    Encoding encoding,
    Encoding definitions,
    Encoding repetitions,
    Levels levels,
    long checksum) {

  /**
   * How a page of version 2 keeps its levels.
   *
   * @param version2 false for pages of version 1 and for dictionaries
   * @param repetition bytes of repetition levels
   * @param definition bytes of definition levels
   * @param compressed whether the values are compressed
   */
  record Levels(boolean version2, int repetition, int definition, boolean compressed) {

    static final Levels INSIDE = new Levels(false, 0, 0, true);
  }

  static PageInfo dictionary(PageHeader header, long body) {
    DictionaryPageHeader dictionary = stated(header.getDictionary_page_header());
    Encoding encoding = encoding(dictionary.getEncoding());
    return of(header, body, 0, dictionary.getNum_values(), encoding, encoding, encoding);
  }

  static PageInfo version1(PageHeader header, long body, int first) {
    DataPageHeader data = stated(header.getData_page_header());
    return of(
        header,
        body,
        first,
        data.getNum_values(),
        encoding(data.getEncoding()),
        encoding(data.getDefinition_level_encoding()),
        encoding(data.getRepetition_level_encoding()));
  }

  private static PageInfo of(
      PageHeader header,
      long body,
      int first,
      int slots,
      Encoding encoding,
      Encoding definitions,
      Encoding repetitions) {
    return new PageInfo(
        body,
        header.getCompressed_page_size(),
        header.getUncompressed_page_size(),
        first,
        slots,
        encoding,
        definitions,
        repetitions,
        Levels.INSIDE,
        checksum(header));
  }

  static PageInfo version2(PageHeader header, long body, int first) {
    DataPageHeaderV2 data = stated(header.getData_page_header_v2());
    return new PageInfo(
        body,
        header.getCompressed_page_size(),
        header.getUncompressed_page_size(),
        first,
        data.getNum_values(),
        encoding(data.getEncoding()),
        Encoding.RLE,
        Encoding.RLE,
        new Levels(
            true,
            data.getRepetition_levels_byte_length(),
            data.getDefinition_levels_byte_length(),
            !data.isSetIs_compressed() || data.isIs_compressed()),
        checksum(header));
  }

  private static long checksum(PageHeader header) {
    return header.isSetCrc() ? Integer.toUnsignedLong(header.getCrc()) : -1;
  }

  private static Encoding encoding(org.apache.parquet.format.@Nullable Encoding stated) {
    return Encoding.valueOf(stated(stated).name());
  }

  /** What a header must say. */
  static <T> T stated(@Nullable T part) {
    return Objects.requireNonNull(part, "a page header without its parts");
  }

  /** Bytes in front of the values that are never compressed. */
  int uncompressed() {
    return levels.repetition() + levels.definition();
  }

  /** Heap that reading takes: what is stored, what comes out, and a copy on the way. */
  long readingBytes() {
    return stored + 2L * plain;
  }
}
