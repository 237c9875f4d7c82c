package org.rsavlm.eval.probe;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;
import org.rsavlm.models.table.Row;
import org.rsavlm.models.table.RowColumns;
import org.rsavlm.models.table.RowSource;
import org.rsavlm.models.table.TableFiles;

/**
 * An image-caption set on disk.
 *
 * @param files as {@link TableFiles#find} gives them
 * @param images what image paths are relative to; null for each file's own directory
 * @param columns where image and caption are
 * @param captions which caption of an image with several is taken
 */
public record PairSource(
    List<Path> files, @Nullable Path images, RowColumns columns, Captions captions) {

  /** Keeps the choice apart from the draws of pairs. */
  private static final long CAPTION_STREAM = 0x9E3779B97F4A7C15L;

  /** Which caption of an image that has several. */
  public enum Captions {
    /** The first. */
    FIRST,
    /** One by chance, for a row always the same. */
    RANDOM
  }

  /** Copies the list. */
  public PairSource {
    files = List.copyOf(files);
  }

  /**
   * Finds the files and, unless they are given, recognises the columns.
   *
   * @param data a file, or a directory of them
   * @param images as in {@link PairSource}
   * @param columns null to recognise them by the first row
   * @param captions as in {@link PairSource}
   * @throws UserException if there is no file, no row, or no known column
   */
  public static PairSource open(
      Path data, @Nullable Path images, @Nullable RowColumns columns, Captions captions) {
    List<Path> files = TableFiles.find(data);
    if (columns != null) {
      return new PairSource(files, images, columns, captions);
    }
    try (RowSource rows = TableFiles.open(files, images)) {
      Row first = rows.next();
      if (first == null) {
        throw new UserException(data.toString(), "holds no row", "give an image-caption set");
      }
      return new PairSource(files, images, RowColumns.detect(first), captions);
    }
  }

  /**
   * The caption that a row is measured with.
   *
   * @param number the row's, from 0
   * @throws UserException if it has none
   */
  String caption(Row row, int number) {
    List<String> all = columns.captions(row);
    return captions == Captions.FIRST
        ? all.get(0)
        : all.get(new Random(CAPTION_STREAM * (number + 1L)).nextInt(all.size()));
  }
}
