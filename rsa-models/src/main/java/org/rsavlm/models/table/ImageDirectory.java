package org.rsavlm.models.table;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;
import org.rsavlm.models.image.ImageReader;
import org.rsavlm.models.image.RgbImage;
import org.rsavlm.models.table.UnusableRowException.Kind;

/**
 * What image paths in a data file are relative to. The file may be foreign, so no path may lead out
 * of the directory: not by {@code ..}, not as an absolute path, not over a symbolic link. Safe for
 * many threads.
 */
public final class ImageDirectory {

  private static final String CURE = "put the images there and name them by relative paths";

  private final Path root;
  private volatile @Nullable Path real;

  /**
   * Names a directory, which need not exist where no row names a file.
   *
   * @param root the directory
   */
  public ImageDirectory(Path root) {
    this.root = root;
  }

  /** The directory that a data file is in. */
  public static ImageDirectory of(Path file) {
    Path absolute = file.toAbsolutePath();
    Path parent = absolute.getParent();
    return new ImageDirectory(parent == null ? absolute : parent);
  }

  /**
   * Makes sure that the directory is there.
   *
   * @return this
   * @throws IOException if it can't be opened
   */
  public ImageDirectory check() throws IOException {
    base();
    return this;
  }

  private Path base() throws IOException {
    Path known = real;
    if (known == null) {
      known = root.toRealPath();
      real = known;
    }
    return known;
  }

  /**
   * Reads an image.
   *
   * @param where the row and column that name it, for errors
   * @param name its path below the directory
   * @throws UnusableRowException if there is none, it is no image, or the path leads out
   */
  RgbImage read(String where, String name) {
    Path file = resolve(where, name);
    try {
      return ImageReader.read(file);
    } catch (UserException e) {
      throw RowImage.broken(where, e);
    }
  }

  private Path resolve(String where, String name) {
    try {
      Path base = base();
      Path path = base.resolve(name).normalize();
      if (path.startsWith(base)) {
        Path found = path.toRealPath();
        if (found.startsWith(base)) {
          return found;
        }
      }
    } catch (NoSuchFileException e) {
      throw new UnusableRowException(
          Kind.IMAGE_MISSING, where, "image " + name + " is not in " + root, CURE, e);
    } catch (IOException | InvalidPathException e) {
      throw new UnusableRowException(
          Kind.IMAGE_MISSING, where, "image " + name + " can't be opened: " + e, CURE, e);
    }
    throw new UnusableRowException(
        Kind.IMAGE_OUTSIDE, where, "image " + name + " leads out of " + root, CURE);
  }
}
