package org.rsavlm.train.demo;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * What a drawn picture shows: a background and one to three objects.
 *
 * <p>Shapes, colours and places differ between the objects of one scene, so that "the star" or "the
 * red shape" always names exactly one of them. Objects are kept from the largest to the smallest
 * and, among equals, in reading order; two scenes with the same objects are therefore equal.
 */
record Scene(Background background, List<Item> items) {

  Scene {
    items = items.stream().sorted(Item.SALIENCE).toList();
    if (items.isEmpty() || items.size() > 3) {
      throw new IllegalArgumentException("a scene has one to three objects, got " + items.size());
    }
    for (List<?> distinct :
        List.of(
            items.stream().map(Item::shape).distinct().toList(),
            items.stream().map(Item::colour).distinct().toList(),
            items.stream().map(Item::place).distinct().toList())) {
      if (distinct.size() != items.size()) {
        throw new IllegalArgumentException("objects share a shape, colour or place: " + items);
      }
    }
  }

  /** One object of a scene. */
  record Item(Shape shape, Colour colour, Size size, Place place) {

    static final Comparator<Item> SALIENCE =
        Comparator.comparing(Item::size).reversed().thenComparing(Item::place);

    /** Tells whether this object is drawn above, beside or below the other one, in words. */
    String relationTo(Item other) {
      int down = Integer.compare(place.row(), other.place.row());
      int right = Integer.compare(place.column(), other.place.column());
      String vertical = down == 0 ? "" : down < 0 ? "above" : "below";
      String horizontal = right == 0 ? "" : right < 0 ? "to the left of" : "to the right of";
      return vertical + (down == 0 || right == 0 ? "" : " and ") + horizontal;
    }
  }

  /** Outlines that stay apart at eight pixels. */
  enum Shape {
    CIRCLE,
    SQUARE,
    TRIANGLE,
    DIAMOND,
    STAR,
    CROSS,
    HEART,
    RING;

    final String word = lower(name());
  }

  /** Well separated hues; greys are left to the backgrounds. */
  enum Colour {
    RED(0xDC2626),
    ORANGE(0xF98415),
    YELLOW(0xFADE1E),
    GREEN(0x2C9F3A),
    CYAN(0x3CD6E0),
    BLUE(0x2446D8),
    PURPLE(0x7E2FB5),
    PINK(0xFA8FC0);

    final int rgb;
    final String word = lower(name());

    Colour(int rgb) {
      this.rgb = rgb;
    }
  }

  /** Diameter in 64ths of the picture's side. */
  enum Size {
    SMALL(9),
    MEDIUM(14),
    LARGE(20);

    final int diameter;
    final String word = lower(name());

    Size(int diameter) {
      this.diameter = diameter;
    }
  }

  /** Cells of a 3 x 3 grid in reading order. */
  enum Place {
    TOP_LEFT("top left", "at the top left"),
    TOP("top", "at the top"),
    TOP_RIGHT("top right", "at the top right"),
    LEFT("left", "on the left"),
    CENTRE("centre", "in the centre"),
    RIGHT("right", "on the right"),
    BOTTOM_LEFT("bottom left", "at the bottom left"),
    BOTTOM("bottom", "at the bottom"),
    BOTTOM_RIGHT("bottom right", "at the bottom right");

    final String word;
    final String phrase;

    Place(String word, String phrase) {
      this.word = word;
      this.phrase = phrase;
    }

    int row() {
      return ordinal() / 3;
    }

    int column() {
      return ordinal() % 3;
    }
  }

  /** Neutral backgrounds, named by two words each so that captions keep their length. */
  enum Background {
    PLAIN_WHITE("plain white"),
    PLAIN_GREY("plain grey"),
    PLAIN_BLACK("plain black"),
    BEIGE_STRIPED("beige striped"),
    PALE_CHECKERED("pale checkered"),
    DARK_DOTTED("dark dotted");

    final String word;

    Background(String word) {
      this.word = word;
    }
  }

  /** Lower case of an enum constant; constants are ASCII, so no locale is involved. */
  private static String lower(String constant) {
    return constant.toLowerCase(Locale.ROOT);
  }
}
