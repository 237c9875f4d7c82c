package org.rsavlm.train.demo;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import javax.imageio.ImageIO;
import org.rsavlm.core.UserException;
import org.rsavlm.core.io.FileFaults;

/**
 * An emoji's picture on white, with names for its colours.
 *
 * @param side pixels along each edge
 * @param pixels RGB values, row-major
 * @param colours names of the colours that fill a good part of the emoji, the largest first; the
 *     transparent surroundings don't count
 */
record EmojiPicture(int side, int[] pixels, List<String> colours) {

  /** Pixels along each edge of the package's pictures. */
  static final int SIDE = 64;

  /** A colour is named from this share of the emoji's pixels on, in percent. */
  private static final int SHARE = 12;

  private static final int MOST_COLOURS = 3;

  static EmojiPicture read(Path file) {
    BufferedImage image;
    try {
      image = ImageIO.read(file.toFile());
    } catch (IOException e) {
      throw broken(file, "cannot be read: " + FileFaults.describe(e));
    }
    if (image == null) {
      throw broken(file, "is no picture");
    }
    if (image.getWidth() != SIDE || image.getHeight() != SIDE) {
      throw broken(
          file, "is " + image.getWidth() + "x" + image.getHeight() + " pixels, expected 64x64");
    }
    int[] argb = image.getRGB(0, 0, SIDE, SIDE, null, 0, SIDE);
    int[] pixels = new int[argb.length];
    for (int i = 0; i < argb.length; i++) {
      pixels[i] = onWhite(argb[i], 16) << 16 | onWhite(argb[i], 8) << 8 | onWhite(argb[i], 0);
    }
    return new EmojiPicture(SIDE, pixels, colours(argb));
  }

  /** Returns a text that is equal for equal pixels. */
  String fingerprint() {
    ByteBuffer bytes = ByteBuffer.allocate(4 * pixels.length);
    bytes.asIntBuffer().put(pixels);
    return Sha256.hex(bytes.array());
  }

  BufferedImage toImage() {
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, side, side, pixels, 0, side);
    return image;
  }

  private static int onWhite(int argb, int shift) {
    int alpha = argb >>> 24;
    return ((argb >> shift & 255) * alpha + 255 * (255 - alpha) + 127) / 255;
  }

  private static List<String> colours(int[] argb) {
    int[] counts = new int[ColourName.values().length];
    int opaque = 0;
    for (int pixel : argb) {
      if (pixel >>> 24 >= 128) {
        counts[ColourName.of(pixel).ordinal()]++;
        opaque++;
      }
    }
    List<ColourName> names = new ArrayList<>(Arrays.asList(ColourName.values()));
    names.sort(Comparator.comparingInt(name -> -counts[name.ordinal()]));
    List<String> colours = new ArrayList<>();
    for (ColourName name : names.subList(0, MOST_COLOURS)) {
      // The first one is always named: an emoji has at least one colour.
      if (colours.isEmpty() || counts[name.ordinal()] * 100L >= (long) opaque * SHARE) {
        colours.add(name.word);
      }
    }
    return colours;
  }

  private static UserException broken(Path file, String what) {
    return new UserException(file.toString(), what, "fetch the package again");
  }
}
