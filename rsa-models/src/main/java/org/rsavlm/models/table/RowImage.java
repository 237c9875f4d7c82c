package org.rsavlm.models.table;

import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rsavlm.core.UserException;
import org.rsavlm.models.image.ImageReader;
import org.rsavlm.models.image.RgbImage;
import org.rsavlm.models.table.UnusableRowException.Kind;
import org.rsavlm.models.table.parquet.StoredBytes;

/**
 * An image that a row states, not read yet: a path, bytes, or a struct of {@code path} and {@code
 * bytes}, the bytes in Base64 where the file is text. Bytes win over a path. Safe for many threads.
 */
public final class RowImage {

  private static final String CURE = "give each image as the path of a file, or as bytes";

  private final String where;
  private final ImageDirectory directory;
  private final @Nullable Object bytes;
  private final @Nullable String path;

  private RowImage(
      String where, ImageDirectory directory, @Nullable Object bytes, @Nullable String path) {
    this.where = where;
    this.directory = directory;
    this.bytes = bytes;
    this.path = path;
  }

  /**
   * The image of a value; null if the value can't be one.
   *
   * @param where row and column, for errors
   */
  static @Nullable RowImage of(String where, ImageDirectory directory, Object value) {
    if (value instanceof String file) {
      return new RowImage(where, directory, null, file);
    }
    if (isBytes(value)) {
      return new RowImage(where, directory, value, null);
    }
    if (!(value instanceof Map<?, ?> struct)) {
      return null;
    }
    Object inside = struct.get("bytes");
    Object file = struct.get("path");
    boolean known = struct.containsKey("bytes") || struct.containsKey("path");
    boolean typed =
        (inside == null || inside instanceof String || isBytes(inside))
            && (file == null || file instanceof String);
    return known && typed
        ? new RowImage(where, directory, inside, file instanceof String text ? text : null)
        : null;
  }

  private static boolean isBytes(Object value) {
    return value instanceof byte[] || value instanceof StoredBytes;
  }

  /** Its path as the row states it; null where there are bytes alone. */
  public @Nullable String path() {
    return path;
  }

  /** Whether it is a path and nothing else. */
  boolean isFile() {
    return bytes == null;
  }

  /**
   * Decodes it.
   *
   * @throws UnusableRowException if it is missing, broken, or leads out of the directory of images
   * @throws UserException if the data file is damaged, or the heap is full
   */
  public RgbImage read() {
    byte[] encoded = encoded();
    if (encoded != null) {
      try {
        return ImageReader.read(encoded, path == null || path.isEmpty() ? "in the file" : path);
      } catch (UserException e) {
        throw broken(where, e);
      }
    }
    if (path == null || path.isEmpty()) {
      throw new UnusableRowException(
          Kind.IMAGE_MISSING, where, "an image has no bytes and no path", CURE);
    }
    return directory.read(where, path);
  }

  private byte @Nullable [] encoded() {
    if (bytes instanceof StoredBytes stored) {
      return stored.read();
    }
    if (!(bytes instanceof String text)) {
      return (byte[]) bytes;
    }
    try {
      return Base64.getMimeDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new UnusableRowException(
          Kind.IMAGE_BROKEN, where, "\"bytes\" is not Base64", "write the image as Base64", e);
    }
  }

  /** What to throw for an image that can't be decoded. */
  static UserException broken(String where, UserException e) {
    // A full heap says nothing about the image; leaving the row out would depend on chance.
    return e.getCause() instanceof OutOfMemoryError ? e : new UnusableRowException(where, e);
  }
}
