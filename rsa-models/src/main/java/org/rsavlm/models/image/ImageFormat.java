package org.rsavlm.models.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The file formats that are read, told apart by their first bytes. */
enum ImageFormat {
  PNG("PNG", PngDecoder::decode),
  JPEG("JPEG", JpegDecoder::decode),
  WEBP("WebP", WebpDecoder::decode),
  GIF("GIF", GifDecoder::decode),
  BMP("BMP", BmpDecoder::decode);

  /** Decodes the bytes of a file; throws any exception, but no error, on a broken one. */
  private interface Decoder {
    RgbImage decode(byte[] bytes, Alpha alpha) throws IOException;
  }

  private final String title;
  private final Decoder decoder;

  ImageFormat(String title, Decoder decoder) {
    this.title = title;
    this.decoder = decoder;
  }

  /** Returns the format of these bytes, or null if it is none of ours. */
  static @Nullable ImageFormat of(byte[] bytes) {
    if (startsWith(bytes, 0, "\u0089PNG\r\n\u001a\n")) {
      return PNG;
    }
    if (startsWith(bytes, 0, "\u00ff\u00d8\u00ff")) {
      return JPEG;
    }
    if (startsWith(bytes, 0, "RIFF") && startsWith(bytes, 8, "WEBP")) {
      return WEBP;
    }
    if (startsWith(bytes, 0, "GIF87a") || startsWith(bytes, 0, "GIF89a")) {
      return GIF;
    }
    return startsWith(bytes, 0, "BM") ? BMP : null;
  }

  private static boolean startsWith(byte[] bytes, int offset, String prefix) {
    byte[] expected = prefix.getBytes(StandardCharsets.ISO_8859_1);
    if (bytes.length < offset + expected.length) {
      return false;
    }
    for (int i = 0; i < expected.length; i++) {
      if (bytes[offset + i] != expected[i]) {
        return false;
      }
    }
    return true;
  }

  String title() {
    return title;
  }

  RgbImage decode(byte[] bytes, Alpha alpha) throws IOException {
    return decoder.decode(bytes, alpha);
  }
}
