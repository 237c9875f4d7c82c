package org.rsavlm.models.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rsavlm.core.UserException;

/**
 * Reads PNG, JPEG, WebP, GIF and BMP files as RGB, with the pixels that Pillow's {@code
 * Image.open(file).convert("RGB")} gives.
 *
 * <ul>
 *   <li>The format is taken from the content, not from the file's name.
 *   <li>Grey, palette and CMYK (Adobe's inverted one included) become RGB; of 16-bit colour the
 *       high byte is kept; 16-bit grey is cut off at 255, as Pillow does.
 *   <li>Transparency follows {@link Alpha}, by default {@link Alpha#DROP}.
 *   <li>EXIF orientation and colour profiles are ignored. Of an animation the first frame is read.
 * </ul>
 *
 * <p>Files are untrusted: whatever is wrong with one (missing, empty, truncated, damaged, not an
 * image, more than {@link #MAX_PIXELS} pixels) ends in a {@link UserException} that names it. All
 * methods may be called from many threads at once; nothing is cached on disk, but for libwebp
 * itself, which the first WebP of a process unpacks to the temporary directory.
 */
public final class ImageReader {

  /** The most pixels an image may have: Pillow's {@code Image.MAX_IMAGE_PIXELS}. */
  public static final int MAX_PIXELS = PixelLimit.MAX_PIXELS;

  private static final long MAX_FILE_BYTES = 1L << 30;
  private static final String CURE = "replace the file or remove it from the data";

  private ImageReader() {}

  /**
   * Reads a file; transparency is dropped.
   *
   * @param file the image file
   * @return its pixels
   * @throws UserException if the file cannot be read as an image
   */
  public static RgbImage read(Path file) {
    return read(file, Alpha.DROP);
  }

  /**
   * Reads a file.
   *
   * @param file the image file
   * @param alpha what becomes of transparency
   * @return its pixels
   * @throws UserException if the file cannot be read as an image
   */
  public static RgbImage read(Path file, Alpha alpha) {
    String name = file.toString();
    if (!Files.exists(file)) {
      throw new UserException(name, "no such image file", "check the path and the image directory");
    }
    if (!Files.isRegularFile(file)) {
      throw new UserException(name, "not a file", "give the path of an image file");
    }
    byte[] bytes;
    try {
      long size = Files.size(file);
      if (size > MAX_FILE_BYTES) {
        throw new UserException(
            name, size + " bytes; at most " + MAX_FILE_BYTES + " are read as an image", CURE);
      }
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UserException(
          name, "cannot be read: " + e.getMessage(), "check that the file is readable", e);
    } catch (OutOfMemoryError e) {
      throw outOfMemory(name, e);
    }
    return read(bytes, name, alpha);
  }

  /**
   * Reads an encoded image from memory; transparency is dropped.
   *
   * @param bytes the content of an image file
   * @param name what to call it in an error
   * @return its pixels
   * @throws UserException if the bytes cannot be read as an image
   */
  public static RgbImage read(byte[] bytes, String name) {
    return read(bytes, name, Alpha.DROP);
  }

  /**
   * Reads an encoded image from memory.
   *
   * @param bytes the content of an image file
   * @param name what to call it in an error
   * @param alpha what becomes of transparency
   * @return its pixels
   * @throws UserException if the bytes cannot be read as an image
   */
  public static RgbImage read(byte[] bytes, String name, Alpha alpha) {
    if (bytes.length == 0) {
      throw new UserException(name, "the file is empty", CURE);
    }
    ImageFormat format = ImageFormat.of(bytes);
    if (format == null) {
      throw new UserException(
          name, "not a PNG, JPEG, WebP, GIF or BMP image", "convert it to one of these formats");
    }
    try {
      return format.decode(bytes, alpha);
    } catch (MissingCodecException e) {
      throw new UserException(
          name,
          "%s is not read on this machine: %s".formatted(format.title(), e.getMessage()),
          "convert it to PNG or JPEG",
          e);
    } catch (IOException | RuntimeException e) {
      // Decoders answer damaged input with all kinds of runtime exceptions.
      String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw new UserException(name, "broken " + format.title() + " image: " + reason, CURE, e);
    } catch (OutOfMemoryError e) {
      throw outOfMemory(name, e);
    }
  }

  private static UserException outOfMemory(String name, OutOfMemoryError e) {
    return new UserException(
        name,
        "decoding needs more memory than the Java heap has left",
        "shrink the image or raise -Xmx",
        e);
  }
}
