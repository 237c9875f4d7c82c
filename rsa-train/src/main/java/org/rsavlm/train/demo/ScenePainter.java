package org.rsavlm.train.demo;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Paints scenes: integer blending of ready-made masks, so equal scenes and jitter give equal pixels
 * on every JVM.
 *
 * <p>Each object is filled with its colour inside a darker rim, which keeps yellow apart from white
 * and blue apart from black.
 */
final class ScenePainter {

  /** The rim takes this part of the radius, but at least one pixel. */
  private static final double RIM = 0.12;

  private final int side;
  private final List<List<ShapeMask>> outer = new ArrayList<>();
  private final List<List<ShapeMask>> inner = new ArrayList<>();

  /**
   * Prepares the masks.
   *
   * @param side pixels along each edge of the pictures
   */
  ScenePainter(int side) {
    this.side = side;
    for (Scene.Shape shape : Scene.Shape.values()) {
      List<ShapeMask> whole = new ArrayList<>();
      List<ShapeMask> fill = new ArrayList<>();
      for (Scene.Size size : Scene.Size.values()) {
        int diameter = diameter(size);
        double rim = Math.max(RIM, 1.6 / diameter);
        whole.add(ShapeMask.of(shape, diameter, 1));
        fill.add(ShapeMask.of(shape, diameter, 1 - rim));
      }
      outer.add(whole);
      inner.add(fill);
    }
  }

  /**
   * Paints a scene.
   *
   * @param jitter moves every object by a few pixels inside its cell
   */
  BufferedImage paint(Scene scene, Random jitter) {
    int[] pixels = new int[side * side];
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        pixels[y * side + x] = background(scene.background(), x * 64 / side, y * 64 / side);
      }
    }
    for (Scene.Item item : scene.items()) {
      int diameter = diameter(item.size());
      // Small objects have more room in their cell than large ones.
      int room = Math.max(0, (side / 3 - diameter) / 3);
      int left = corner(item.place().column(), diameter) + jitter.nextInt(2 * room + 1) - room;
      int top = corner(item.place().row(), diameter) + jitter.nextInt(2 * room + 1) - room;
      int shape = item.shape().ordinal();
      int size = item.size().ordinal();
      blend(pixels, outer.get(shape).get(size), left, top, darker(item.colour().rgb));
      blend(pixels, inner.get(shape).get(size), left, top, item.colour().rgb);
    }
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, side, side, pixels, 0, side);
    return image;
  }

  private int diameter(Scene.Size size) {
    return size.diameter * side / 64;
  }

  private int corner(int cell, int diameter) {
    return ((2 * cell + 1) * side - 3 * diameter + 3) / 6;
  }

  private void blend(int[] pixels, ShapeMask mask, int left, int top, int rgb) {
    for (int y = 0; y < mask.side(); y++) {
      for (int x = 0; x < mask.side(); x++) {
        int cover = mask.coverage()[y * mask.side() + x];
        int at = (top + y) * side + left + x;
        int under = pixels[at];
        pixels[at] =
            mix(rgb >> 16, under >> 16, cover) << 16
                | mix(rgb >> 8, under >> 8, cover) << 8
                | mix(rgb, under, cover);
      }
    }
  }

  private static int mix(int over, int under, int cover) {
    return ((over & 255) * cover + (under & 255) * (255 - cover) + 127) / 255;
  }

  private static int darker(int rgb) {
    return (rgb >> 16 & 255) * 5 / 9 << 16 | (rgb >> 8 & 255) * 5 / 9 << 8 | (rgb & 255) * 5 / 9;
  }

  /** The background at a point given in 64ths of the side. */
  private static int background(Scene.Background background, int x, int y) {
    return switch (background) {
      case PLAIN_WHITE -> 0xF8F8F8;
      case PLAIN_GREY -> 0x8C8C8C;
      case PLAIN_BLACK -> 0x141414;
      case BEIGE_STRIPED -> y % 8 < 4 ? 0xE6DAC2 : 0xC4B190;
      case PALE_CHECKERED -> (x / 8 + y / 8) % 2 == 0 ? 0xF2F2F2 : 0xC9CDD2;
      case DARK_DOTTED -> {
        int dx = x % 8 * 2 - 7;
        int dy = y % 8 * 2 - 7;
        yield dx * dx + dy * dy <= 18 ? 0x666D7B : 0x383D47;
      }
    };
  }
}
