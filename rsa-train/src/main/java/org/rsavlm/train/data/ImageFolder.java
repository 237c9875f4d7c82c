package org.rsavlm.train.data;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.rsavlm.core.UserException;
import org.rsavlm.models.image.ImageReader;
import org.rsavlm.models.image.RgbImage;

/**
 * The images directory of a source. Names come from a data file that may be foreign, so none may
 * lead out of the directory: not by {@code ..}, not as an absolute path, not over a symbolic link.
 */
final class ImageFolder implements ImageStore {

  private final Path root;

  /**
   * @param directory the source's {@code images_dir}
   * @param source the source's name, for the error
   */
  ImageFolder(Path directory, String source) {
    try {
      root = directory.toRealPath();
    } catch (IOException e) {
      throw new UserException(
          "data source " + source,
          "images_dir " + directory + " can't be opened",
          "name the directory that the samples' image names are relative to",
          e);
    }
  }

  @Override
  public RgbImage read(Sample sample, String name) throws RejectedSampleException {
    Path path = resolve(sample, name);
    try {
      return ImageReader.read(path);
    } catch (UserException e) {
      if (e.getCause() instanceof OutOfMemoryError) {
        throw e; // a full heap says nothing about the image; rejecting it would depend on chance
      }
      throw new RejectedSampleException(
          sample, RejectionReason.IMAGE_BROKEN, "image " + e.getMessage());
    }
  }

  private Path resolve(Sample sample, String name) throws RejectedSampleException {
    Path real;
    try {
      Path path = root.resolve(name).normalize();
      if (!path.startsWith(root)) {
        throw outside(sample, name);
      }
      real = path.toRealPath();
    } catch (NoSuchFileException e) {
      throw new RejectedSampleException(
          sample, RejectionReason.IMAGE_MISSING, "image " + name + " is not in " + root);
    } catch (IOException | InvalidPathException e) {
      throw new RejectedSampleException(
          sample, RejectionReason.IMAGE_MISSING, "image " + name + " can't be opened: " + e);
    }
    if (!real.startsWith(root)) {
      throw outside(sample, name);
    }
    return real;
  }

  private RejectedSampleException outside(Sample sample, String name) {
    return new RejectedSampleException(
        sample, RejectionReason.IMAGE_OUTSIDE, "image " + name + " leads out of " + root);
  }
}
