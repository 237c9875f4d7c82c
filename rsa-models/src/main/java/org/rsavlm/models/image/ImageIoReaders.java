package org.rsavlm.models.image;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.spi.ImageReaderSpi;
import org.jspecify.annotations.Nullable;

/**
 * ImageIO's decoders with what all of ours need: no cache on disk, no metadata, the size checked
 * before anything is allocated, and "premature end" warnings turned into errors.
 */
final class ImageIoReaders {

  /** Work done with an opened decoder. */
  interface Work<T> {
    T with(javax.imageio.ImageReader reader) throws IOException;
  }

  private ImageIoReaders() {}

  /**
   * Returns the provider for a format; one from TwelveMonkeys, where there is one, is the more
   * robust.
   */
  static ImageReaderSpi provider(String format) {
    ImageReaderSpi found = null;
    Iterator<javax.imageio.ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
    while (readers.hasNext()) {
      ImageReaderSpi spi = readers.next().getOriginatingProvider();
      if (found == null || spi.getClass().getName().startsWith("com.twelvemonkeys")) {
        found = spi;
      }
    }
    if (found == null) {
      throw new IllegalStateException("no ImageIO plug-in for " + format + " on the class path");
    }
    return found;
  }

  static <T> T open(ImageReaderSpi provider, byte[] bytes, Work<T> work) throws IOException {
    javax.imageio.ImageReader reader = provider.createReaderInstance();
    try (ByteArrayInput input = new ByteArrayInput(bytes)) {
      List<String> warnings = new ArrayList<>();
      reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
      reader.setInput(input, true, true);
      PixelLimit.check(reader.getWidth(0), reader.getHeight(0));
      T result = work.with(reader);
      String truncation = truncation(warnings);
      if (truncation != null) {
        throw new IOException(truncation);
      }
      return result;
    } finally {
      reader.dispose();
    }
  }

  private static @Nullable String truncation(List<String> warnings) {
    for (String warning : warnings) {
      String text = warning.toLowerCase(Locale.ROOT);
      if (text.contains("premature end") || text.contains("truncated")) {
        return warning;
      }
    }
    return null;
  }
}
