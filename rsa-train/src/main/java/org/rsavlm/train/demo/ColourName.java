package org.rsavlm.train.demo;

import java.util.Locale;

/** Everyday names for colours, told apart by hue, saturation and brightness. */
enum ColourName {
  RED,
  ORANGE,
  YELLOW,
  GREEN,
  CYAN,
  BLUE,
  PURPLE,
  PINK,
  BROWN,
  BLACK,
  GREY,
  WHITE;

  final String word = name().toLowerCase(Locale.ROOT);

  /** Names an RGB value; the top byte is ignored. */
  static ColourName of(int rgb) {
    int red = rgb >> 16 & 255;
    int green = rgb >> 8 & 255;
    int blue = rgb & 255;
    int most = Math.max(red, Math.max(green, blue));
    int spread = most - Math.min(red, Math.min(green, blue));
    if (most < 60) {
      return BLACK;
    }
    // Little colour: below 14 percent of the brightness, or a dark tint.
    if (spread * 100 < most * 14 || most < 100 && spread < 24) {
      return most > 225 ? WHITE : most < 100 ? BLACK : GREY;
    }
    return ofHue(hue(red, green, blue, most, spread), most, spread);
  }

  private static ColourName ofHue(int hue, int most, int spread) {
    boolean pale = spread * 2 < most;
    if (hue < 15 || hue >= 345) {
      return pale && most > 190 ? PINK : most < 150 && hue < 180 ? BROWN : RED;
    }
    if (hue < 42) {
      return most < 185 ? BROWN : ORANGE;
    }
    if (hue < 68) {
      return most < 130 ? BROWN : YELLOW;
    }
    if (hue < 165) {
      return GREEN;
    }
    if (hue < 197) {
      return CYAN;
    }
    if (hue < 250) {
      return BLUE;
    }
    return hue < 300 ? PURPLE : PINK;
  }

  /** Hue in degrees from 0 to 359. */
  private static int hue(int red, int green, int blue, int most, int spread) {
    int sixty;
    if (most == red) {
      sixty = 60 * (green - blue) / spread;
    } else if (most == green) {
      sixty = 120 + 60 * (blue - red) / spread;
    } else {
      sixty = 240 + 60 * (red - green) / spread;
    }
    return Math.floorMod(sixty, 360);
  }
}
