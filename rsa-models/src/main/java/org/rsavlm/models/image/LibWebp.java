package org.rsavlm.models.image;

import com.luciad.imageio.webp.internal.NativeLoader;
import java.awt.image.BufferedImage;
import java.io.IOException;
import javax.imageio.ImageReadParam;
import javax.imageio.spi.ImageReaderSpi;
import org.jspecify.annotations.Nullable;

/**
 * libwebp, through ImageIO's plug-in for it. It answers a frame that ends too early, or that is
 * damaged so that it shows, with an error, never with part of the pixels.
 *
 * <p>The native library is loaded by the first WebP, so a machine that has none reads every other
 * format all the same.
 */
final class LibWebp {

  private static final ImageReaderSpi PROVIDER = ImageIoReaders.provider("webp");

  private static @Nullable ImageReadParam options;
  private static @Nullable String failure;

  private LibWebp() {}

  /** Decodes a still file, whose size has been checked, to packed ARGB. */
  static BufferedImage decode(byte[] file) throws IOException {
    ImageReadParam param = options();
    try {
      return ImageIoReaders.open(PROVIDER, file, reader -> reader.read(0, param));
    } catch (OutOfMemoryError e) {
      if (e.getMessage() != null) {
        throw e;
      }
      // Not the heap's, but libwebp's status, which it gives for a damaged alpha plane as well.
      throw new IOException("the alpha plane is damaged, or libwebp has no memory left", e);
    }
  }

  /**
   * Loads the native library where that has not been tried, and gives the decoder's options. They
   * are made once: the plug-in would make some for each image and never free them.
   */
  private static synchronized ImageReadParam options() throws MissingCodecException {
    if (options == null && failure == null) {
      try {
        // Asked for here since the plug-in would print the stack trace and go on without it.
        NativeLoader.initialize();
        options = PROVIDER.createReaderInstance().getDefaultReadParam();
      } catch (IllegalStateException | IOException | LinkageError e) {
        failure = "libwebp cannot be loaded: " + e.getMessage();
      }
    }
    if (options == null) {
      throw new MissingCodecException(failure);
    }
    return options;
  }
}
