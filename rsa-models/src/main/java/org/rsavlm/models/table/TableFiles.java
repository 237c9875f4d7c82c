package org.rsavlm.models.table;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;
import org.rsavlm.core.io.FileFaults;
import org.rsavlm.models.table.parquet.PageMemory;
import org.rsavlm.models.table.parquet.ParquetTable;

/**
 * The files of a data set: {@code .parquet}, {@code .jsonl} (an object a line) or {@code .json} (a
 * list of objects, or an object a line).
 *
 * <p>An image is, in Parquet, the hub's struct of {@code bytes} and {@code path} or the bytes
 * alone; in JSON the path of a file, or an object with {@code path}, or with {@code bytes} in
 * Base64. Paths are relative to the data file, unless another directory is named, and can't leave
 * it.
 */
public final class TableFiles {

  private TableFiles() {}

  /**
   * The data files that a path means, in the order of their paths.
   *
   * @param path a file; a directory, whose own {@code .parquet} files are taken, or where there are
   *     none its {@code .json} and {@code .jsonl} files; or a path with {@code *}, {@code ?},
   *     {@code [..]} or <code>{..}</code> as a shell understands them
   * @return at least one file
   * @throws UserException if there is none
   */
  public static List<Path> find(Path path) {
    if (Files.isRegularFile(path)) {
      if (TableFormat.of(path) == null) {
        throw new UserException(
            path.toString(), "no data file by its name", "name a .parquet, .jsonl or .json file");
      }
      return List.of(path);
    }
    List<Path> found;
    if (isGlob(path)) {
      Path root = directory(path);
      // Globs across directories: ** may match any number of them.
      int depth =
          path.toString().contains("**")
              ? Integer.MAX_VALUE
              : path.toAbsolutePath().getNameCount() - root.getNameCount();
      found =
          list(
              root,
              depth,
              FileSystems.getDefault().getPathMatcher("glob:" + path.toAbsolutePath().normalize()));
    } else if (Files.isDirectory(path)) {
      found = list(path, 1, file -> true);
    } else {
      throw new UserException(
          path.toString(),
          "can't be read: no such file or directory",
          "check the path and the directory it is relative to");
    }
    if (found.isEmpty()) {
      throw new UserException(
          path.toString(),
          "no .parquet file is there, and no .jsonl or .json",
          "name a file, a directory of such files, or a glob such as data/train-*.parquet");
    }
    return found;
  }

  /** The directory that a path's files lie in or below. */
  public static Path directory(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    boolean glob = isGlob(absolute);
    while (!Files.isDirectory(absolute)) {
      Path parent = absolute.getParent();
      if (parent == null) {
        return absolute;
      }
      absolute = parent;
      if (!glob) {
        return absolute;
      }
    }
    return absolute;
  }

  private static List<Path> list(Path root, int depth, PathMatcher matcher) {
    try (Stream<Path> files = Files.walk(root, depth, FileVisitOption.FOLLOW_LINKS)) {
      List<Path> found =
          files
              .filter(
                  file ->
                      TableFormat.named(file) != null
                          && matcher.matches(file)
                          && Files.isRegularFile(file))
              .sorted()
              .toList();
      // Beside Parquet, JSON describes it, as the hub's dataset_infos.json does.
      List<Path> parquet = found.stream().filter(TableFiles::isParquet).toList();
      return parquet.isEmpty() ? found : parquet;
    } catch (UncheckedIOException e) {
      throw unlisted(root, new IOException(e.getMessage(), e));
    } catch (IOException e) {
      throw unlisted(root, e);
    }
  }

  private static UserException unlisted(Path root, IOException e) {
    return new UserException(
        root.toString(), "can't be listed: " + FileFaults.describe(e), "check the directory", e);
  }

  private static boolean isGlob(Path path) {
    return path.toString().chars().anyMatch(c -> "*?[{".indexOf(c) >= 0) && !Files.exists(path);
  }

  private static boolean isParquet(Path file) {
    return TableFormat.named(file) == TableFormat.PARQUET;
  }

  /**
   * Opens files as one data set, to be read in order.
   *
   * @param files as {@link #find} gives them
   */
  public static RowSource open(List<Path> files) {
    return open(files, null);
  }

  /**
   * Opens files whose image paths are relative to another directory than their own.
   *
   * @param files as {@link #find} gives them
   * @param images that directory, which no path may lead out of; null for each file's own
   */
  public static RowSource open(List<Path> files, @Nullable Path images) {
    return new ChainedRows(List.copyOf(files), images(images));
  }

  /** Opens one file, to be read in order. */
  static RowSource open(Path file, ImageDirectory images) {
    return isParquet(file) ? ParquetRows.open(file, images) : JsonRows.open(file, images);
  }

  private static Function<Path, ImageDirectory> images(@Nullable Path images) {
    if (images == null) {
      return ImageDirectory::of;
    }
    ImageDirectory one = new ImageDirectory(images);
    return file -> one;
  }

  /**
   * Opens files as one data set whose rows can be read at any time.
   *
   * @param files as {@link #find} gives them
   * @param columns what rows hold; of Parquet only these columns are read
   * @param images what image paths are relative to
   * @param memory for image bytes in Parquet, shared by the data sets that are open at a time
   * @throws UserException if a file can't be read, or holds no rows
   */
  public static IndexedRows index(
      List<Path> files, RowColumns columns, ImageDirectory images, PageMemory memory) {
    try {
      IndexedRows rows =
          isParquet(files.get(0))
              ? ParquetTexts.open(files, columns, file -> images, memory)
              : JsonFiles.open(files, columns, file -> images);
      if (rows.size() == 0) {
        rows.close();
        throw new UserException(
            files.get(0).toString(), "holds no samples", "give files with rows");
      }
      return rows;
    } catch (IOException e) {
      throw unreadable(files.get(0), e);
    }
  }

  /**
   * Counts the rows of files: in Parquet by the footers alone, in JSON by looking for them.
   *
   * @param files as {@link #find} gives them
   * @throws UserException if a file is damaged or holds more rows than an int counts
   */
  public static int count(List<Path> files) {
    long count = 0;
    for (Path file : files) {
      if (isParquet(file)) {
        try (ParquetTable table = ParquetTable.open(file)) {
          count += table.size();
        } catch (IOException e) {
          throw unreadable(file, e);
        }
      } else {
        count += JsonRows.count(file);
      }
    }
    if (count > Integer.MAX_VALUE) {
      throw new UserException(files.get(0).toString(), count + " rows", "give a part of them");
    }
    return (int) count;
  }

  static UserException unreadable(Path file, IOException e) {
    return new UserException(
        file.toString(),
        "can't be read: " + FileFaults.describe(e),
        "check the file, or fetch it again",
        e);
  }
}
