package org.rsavlm.models.image;

import java.awt.image.Raster;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import javax.imageio.spi.ImageReaderSpi;

/** Lossless WebP frames, decoded by ImageIO's plug-in from a file made for each. */
final class WebpLossless {

  private static final ImageReaderSpi PROVIDER = ImageIoReaders.provider("webp");
  private static final int SIGNATURE = 0x2f;
  private static final int HEADER_BYTES = 5;

  private WebpLossless() {}

  /** Decodes the content of a VP8L chunk. */
  static RgbImage decode(byte[] bytes, int start, int end, Alpha alpha) throws IOException {
    if (end - start < HEADER_BYTES) {
      throw new EOFException("truncated in the frame header");
    }
    int size = Vp8Header.little(bytes, start + 1, 4);
    int width = 1 + (size & 0x3fff);
    int height = 1 + (size >> 14 & 0x3fff);
    ByteBuffer content = ByteBuffer.allocate(end - start).put(bytes, start, end - start);
    Raster raster = raster(content.array(), width, height);
    int bands = raster.getNumBands();
    byte[] rgb = new byte[Math.multiplyExact(3, width * height)];
    int[] row = new int[width * bands];
    int to = 0;
    for (int y = 0; y < height; y++) {
      raster.getPixels(0, y, width, 1, row);
      for (int x = 0; x < row.length; x += bands) {
        int opacity = bands == 4 ? row[x + 3] : 255;
        for (int c = 0; c < 3; c++) {
          rgb[to++] = (byte) alpha.apply(row[x + c], opacity);
        }
      }
    }
    return new RgbImage(width, height, rgb);
  }

  /** Decodes a lossless stream that lacks its header to its green channel. */
  static byte[] green(byte[] stream, int width, int height) throws IOException {
    ByteBuffer content =
        ByteBuffer.allocate(HEADER_BYTES + stream.length).order(ByteOrder.LITTLE_ENDIAN);
    content.put((byte) SIGNATURE).putInt(width - 1 | (height - 1) << 14).put(stream);
    Raster raster = raster(content.array(), width, height);
    byte[] green = new byte[width * height];
    int[] row = new int[width];
    for (int y = 0; y < height; y++) {
      raster.getSamples(0, y, width, 1, 1, row);
      for (int x = 0; x < width; x++) {
        green[y * width + x] = (byte) row[x];
      }
    }
    return green;
  }

  private static Raster raster(byte[] content, int width, int height) throws IOException {
    ImageFormat.checkSize(width, height);
    int padded = content.length + (content.length & 1);
    ByteBuffer file = ByteBuffer.allocate(20 + padded).order(ByteOrder.LITTLE_ENDIAN);
    file.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(12 + padded);
    file.put("WEBPVP8L".getBytes(StandardCharsets.US_ASCII)).putInt(content.length).put(content);
    Raster raster =
        ImageIoReaders.open(PROVIDER, file.array(), reader -> reader.read(0).getRaster());
    if (raster.getWidth() != width || raster.getHeight() != height) {
      throw new IOException(
          "%d x %d pixels decoded, %d x %d declared"
              .formatted(raster.getWidth(), raster.getHeight(), width, height));
    }
    return raster;
  }
}
