package org.rsavlm.models.image;

import java.awt.image.Raster;
import java.io.IOException;
import javax.imageio.spi.ImageReaderSpi;

/** WebP, through ImageIO. */
final class WebpDecoder {

  private static final ImageReaderSpi PROVIDER = ImageIoReaders.provider("webp");

  private WebpDecoder() {}

  static RgbImage decode(byte[] bytes, Alpha alpha) throws IOException {
    Raster raster = ImageIoReaders.open(PROVIDER, bytes, reader -> reader.read(0).getRaster());
    int width = raster.getWidth();
    int bands = raster.getNumBands();
    byte[] rgb = new byte[Math.multiplyExact(3, width * raster.getHeight())];
    int[] row = new int[width * bands];
    int to = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(0, y, width, 1, row);
      for (int x = 0; x < row.length; x += bands) {
        int opacity = bands == 4 ? row[x + 3] : 255;
        for (int c = 0; c < 3; c++) {
          rgb[to++] = (byte) alpha.apply(row[x + c], opacity);
        }
      }
    }
    return new RgbImage(width, raster.getHeight(), rgb);
  }
}
