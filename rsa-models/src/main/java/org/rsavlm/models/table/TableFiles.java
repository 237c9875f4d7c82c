package org.rsavlm.models.table;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;
import org.rsavlm.core.io.FileFaults;

/**
 * The files of a data set: {@code .parquet}, {@code .jsonl} (an object a line) or {@code .json} (a
 * list of objects, or an object a line).
 *
 * <p>An image is, in Parquet, the hub's struct of {@code bytes} and {@code path} or the bytes
 * alone; in JSON the path of a file, or an object with {@code path}, or with {@code bytes} in
 * Base64. Paths are relative to the data file and can't leave its directory.
 */
public final class TableFiles {

  private static final String PARQUET = ".parquet";
  private static final List<String> ENDINGS = List.of(PARQUET, ".jsonl", ".json");

  private TableFiles() {}

  /**
   * The data files that a path names.
   *
   * @param path a file, or a directory whose data files are taken in the order of their names
   * @return at least one file
   * @throws UserException if there is none
   */
  public static List<Path> find(Path path) {
    if (Files.isRegularFile(path)) {
      if (!isTable(path)) {
        throw new UserException(
            path.toString(), "no data file by its name", "name a .parquet, .jsonl or .json file");
      }
      return List.of(path);
    }
    if (!Files.isDirectory(path)) {
      throw new UserException(path.toString(), "no such file or directory", "check --data");
    }
    try (Stream<Path> files = Files.list(path)) {
      List<Path> found =
          files.filter(file -> Files.isRegularFile(file) && isTable(file)).sorted().toList();
      if (found.isEmpty()) {
        throw new UserException(
            path.toString(),
            "no data file in it",
            "give a directory that holds .parquet, .jsonl or .json files");
      }
      return found;
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  private static boolean isTable(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return ENDINGS.stream().anyMatch(name::endsWith);
  }

  /**
   * Opens files as one data set.
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
    return new Chain(List.copyOf(files), images == null ? null : new ImageDirectory(images));
  }

  /**
   * Counts the rows of files: in Parquet by the footers alone, in JSON by reading them.
   *
   * @param files as {@link #find} gives them
   * @throws UserException if a file is damaged or holds more rows than an int counts
   */
  public static int count(List<Path> files) {
    long count = 0;
    for (Path file : files) {
      if (isParquet(file)) {
        count += ParquetRows.count(file);
        continue;
      }
      try (RowSource rows = open(file, images(file))) {
        while (rows.next() != null) {
          count++;
        }
      }
    }
    if (count > Integer.MAX_VALUE) {
      throw new UserException(files.get(0).toString(), count + " rows", "give a part of them");
    }
    return (int) count;
  }

  private static RowSource open(Path file, ImageDirectory images) {
    return isParquet(file) ? ParquetRows.open(file, images) : JsonRows.open(file, images);
  }

  private static boolean isParquet(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(PARQUET);
  }

  static UserException unreadable(Path file, IOException e) {
    return new UserException(
        file.toString(),
        "cannot be read: " + FileFaults.describe(e),
        "check the file, or fetch it again",
        e);
  }

  /** Where image paths of a file start. */
  static ImageDirectory images(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    return new ImageDirectory(parent == null ? file.toAbsolutePath() : parent);
  }

  /** One file after the other; one is open at a time. */
  private static final class Chain implements RowSource {

    private final List<Path> files;
    private final @Nullable ImageDirectory images;
    private @Nullable RowSource current;
    private int nextFile;

    Chain(List<Path> files, @Nullable ImageDirectory images) {
      this.files = files;
      this.images = images;
    }

    @Override
    public @Nullable Row next() {
      while (true) {
        if (current == null) {
          if (nextFile == files.size()) {
            return null;
          }
          Path file = files.get(nextFile++);
          current = open(file, images == null ? images(file) : images);
        }
        Row row = current.next();
        if (row != null) {
          return row;
        }
        close();
      }
    }

    @Override
    public void close() {
      if (current != null) {
        current.close();
        current = null;
      }
    }
  }
}
