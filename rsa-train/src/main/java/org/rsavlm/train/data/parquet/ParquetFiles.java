package org.rsavlm.train.data.parquet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.rsavlm.core.UserException;
import org.rsavlm.core.io.FileFaults;

/** The Parquet files that a {@code json_path} means: one file, a directory of shards, or a glob. */
public final class ParquetFiles {

  private static final String ENDING = ".parquet";

  private ParquetFiles() {}

  /** Whether a path means Parquet files: by its ending, as a directory, or as a glob. */
  public static boolean isParquet(Path path) {
    return named(path) || isGlob(path) || Files.isDirectory(path);
  }

  /**
   * Finds the files, in the order of their paths.
   *
   * @param path a file; a directory, whose own {@code .parquet} files are taken; or a path with
   *     {@code *}, {@code ?}, {@code [..]} or <code>{..}</code> as a shell understands them
   * @return at least one file
   * @throws UserException if there is none
   */
  public static List<Path> find(Path path) {
    List<Path> found = List.of(path);
    if (isGlob(path)) {
      Path root = directory(path);
      // Globs across directories: ** may match any number of them.
      int depth =
          path.toString().contains("**")
              ? Integer.MAX_VALUE
              : path.toAbsolutePath().getNameCount() - root.getNameCount();
      PathMatcher matcher =
          FileSystems.getDefault().getPathMatcher("glob:" + path.toAbsolutePath().normalize());
      found = list(root, depth, matcher);
    } else if (Files.isDirectory(path)) {
      found = list(path, 1, file -> true);
    }
    if (found.isEmpty()) {
      throw new UserException(
          path.toString(),
          "no .parquet file is there",
          "name a file, a directory of .parquet files, or a glob such as data/train-*.parquet");
    }
    return found;
  }

  /** The directory that a path's files lie in or below: what image paths are relative to. */
  public static Path directory(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    while (isGlob(absolute) || !Files.isDirectory(absolute)) {
      Path parent = absolute.getParent();
      if (parent == null) {
        return absolute;
      }
      absolute = parent;
    }
    return absolute;
  }

  private static List<Path> list(Path root, int depth, PathMatcher matcher) {
    try (Stream<Path> files = Files.walk(root, depth, FileVisitOption.FOLLOW_LINKS)) {
      return files
          .filter(file -> named(file) && matcher.matches(file) && Files.isRegularFile(file))
          .sorted()
          .toList();
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

  private static boolean named(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(ENDING);
  }

  private static boolean isGlob(Path path) {
    return path.toString().chars().anyMatch(c -> "*?[{".indexOf(c) >= 0) && !Files.exists(path);
  }
}
