package org.rsavlm.models.image;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Arrays;
import javax.imageio.spi.ImageReaderSpi;

/**
 * BMP, through ImageIO. Its colours are sRGB without a profile, so ImageIO's own RGB is right, but
 * for grey, which Java takes for linear light.
 */
final class BmpDecoder {

  private static final ImageReaderSpi PROVIDER = ImageIoReaders.provider("bmp");

  private BmpDecoder() {}

  static RgbImage decode(byte[] bytes, Alpha alpha) throws IOException {
    BufferedImage image = ImageIoReaders.open(PROVIDER, bytes, reader -> reader.read(0));
    boolean grey = image.getType() == BufferedImage.TYPE_BYTE_GRAY;
    int width = image.getWidth();
    byte[] rgb = new byte[Math.multiplyExact(3, width * image.getHeight())];
    int[] row = new int[width];
    int to = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      if (grey) {
        image.getRaster().getSamples(0, y, width, 1, 0, row);
        Arrays.setAll(row, x -> 0xff000000 | row[x] * 0x010101);
      } else {
        image.getRGB(0, y, width, 1, row, 0, width);
      }
      for (int argb : row) {
        rgb[to] = (byte) alpha.apply(argb >> 16 & 0xff, argb >>> 24);
        rgb[to + 1] = (byte) alpha.apply(argb >> 8 & 0xff, argb >>> 24);
        rgb[to + 2] = (byte) alpha.apply(argb & 0xff, argb >>> 24);
        to += 3;
      }
    }
    return new RgbImage(width, image.getHeight(), rgb);
  }
}
