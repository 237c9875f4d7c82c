package org.rsavlm.models.table;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.rsavlm.core.UserException;
import org.rsavlm.models.image.ImageReader;
import org.rsavlm.models.image.RgbImage;

/**
 * What image paths in a data file are relative to: the file's directory. The file may be foreign,
 * so no path may lead out of it: not by {@code ..}, not as an absolute path, not over a symbolic
 * link.
 *
 * @param root the directory
 */
public record ImageDirectory(Path root) {

  /**
   * Reads an image.
   *
   * @param where the column that names it, for errors
   * @param name its path below the directory
   * @throws UserException if there is none, it is no image, or the path leads out
   */
  RgbImage read(String where, String name) {
    Path real;
    boolean inside;
    try {
      Path base = root.toRealPath();
      Path path = base.resolve(name).normalize();
      inside = path.startsWith(base);
      real = inside ? path.toRealPath() : path;
      inside = inside && real.startsWith(base);
    } catch (IOException | InvalidPathException e) {
      throw new UserException(
          where, "no image " + name + " in " + root, "put the images beside the data file", e);
    }
    if (!inside) {
      throw new UserException(
          where,
          "image " + name + " leads out of " + root,
          "put the images beside the data file and name them by relative paths");
    }
    return ImageReader.read(real);
  }
}
