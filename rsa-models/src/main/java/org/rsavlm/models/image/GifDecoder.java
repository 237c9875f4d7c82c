package org.rsavlm.models.image;

import java.awt.image.Raster;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.IntStream;
import javax.imageio.spi.ImageReaderSpi;

/**
 * The first frame of a GIF, placed on the whole screen of the file as Pillow does. ImageIO unpacks
 * the palette indices; the blocks before them are read here.
 */
final class GifDecoder {

  private static final ImageReaderSpi PROVIDER = ImageIoReaders.provider("gif");

  private final ByteBuffer in;
  private byte[] palette = {};
  private int transparent = -1;

  private GifDecoder(byte[] bytes) {
    in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  static RgbImage decode(byte[] bytes, Alpha alpha) throws IOException {
    return new GifDecoder(bytes).decode(alpha);
  }

  private RgbImage decode(Alpha alpha) throws IOException {
    in.position(6);
    int screenWidth = in.getChar();
    int screenHeight = in.getChar();
    int flags = in.get();
    in.position(in.position() + 2);
    readPalette(flags);
    seekFrame();
    int left = in.getChar();
    int top = in.getChar();
    int frameWidth = in.getChar();
    int frameHeight = in.getChar();
    readPalette(in.get());
    int width = Math.max(screenWidth, left + frameWidth);
    int height = Math.max(screenHeight, top + frameHeight);
    PixelLimit.check(frameWidth, frameHeight);
    PixelLimit.check(width, height);

    Raster raster = ImageIoReaders.open(PROVIDER, in.array(), reader -> reader.read(0).getRaster());
    byte[][] colours = colours(alpha);
    byte[] outside = colours[Math.max(transparent, 0)];
    RgbImage image =
        RgbImage.filled(width, height, outside[0] & 0xff, outside[1] & 0xff, outside[2] & 0xff);
    int[] row = new int[frameWidth];
    for (int y = 0; y < frameHeight; y++) {
      raster.getSamples(raster.getMinX(), raster.getMinY() + y, frameWidth, 1, 0, row);
      int to = ((top + y) * width + left) * 3;
      for (int index : row) {
        System.arraycopy(colours[index & 0xff], 0, image.rgb(), to, 3);
        to += 3;
      }
    }
    return image;
  }

  private void readPalette(int flags) {
    if ((flags & 0x80) != 0) {
      palette = new byte[3 << ((flags & 7) + 1)];
      in.get(palette);
    }
  }

  /** Skips extensions, keeping the transparent index, to the first image descriptor. */
  private void seekFrame() throws IOException {
    while (true) {
      int block = in.get();
      if (block == ',') {
        return;
      }
      if (block == ';') {
        throw new IOException("no frame");
      }
      if (block != '!') {
        continue;
      }
      int label = in.get() & 0xff;
      int size = in.get() & 0xff;
      if (label == 0xf9 && size >= 4) {
        int at = in.position();
        transparent = (in.get(at) & 1) != 0 ? in.get(at + 3) & 0xff : -1;
      }
      while (size != 0) {
        in.position(in.position() + size);
        size = in.get() & 0xff;
      }
    }
  }

  /** The colour of every index: black beyond the palette's end, grey if it holds only greys. */
  private byte[][] colours(Alpha alpha) {
    byte[][] colours = new byte[256][3];
    boolean grey = IntStream.range(0, palette.length).allMatch(i -> palette[i] == (byte) (i / 3));
    for (int i = 0; i < 256; i++) {
      for (int c = 0; c < 3; c++) {
        int sample = grey ? i : 3 * i < palette.length ? palette[3 * i + c] & 0xff : 0;
        colours[i][c] = (byte) alpha.apply(sample, i == transparent ? 0 : 255);
      }
    }
    return colours;
  }
}
