package org.rsavlm.train.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.rsavlm.train.demo.Scene.Item;

/**
 * Captions of scenes in rule-made English.
 *
 * <p>A dense caption names the background and every object with size, colour, shape and place, and
 * relates objects to each other. Its length is drawn first, whatever the scene holds, and wordings
 * are tried until one has it: were longer captions to mean more objects, neighbours in the text
 * space would match on length alone.
 */
final class SceneCaptions {

  /** Least and greatest length of a dense caption that is aimed at, see {@link Words#length}. */
  static final int MIN_LENGTH = 43;

  static final int MAX_LENGTH = 47;

  private static final int TRIES = 100;

  private SceneCaptions() {}

  /** Returns the names of the objects only, two to eight words. */
  static String coarse(Scene scene) {
    List<String> names = scene.items().stream().map(item -> "a " + item.shape().word).toList();
    return Words.sentence(Words.list(names));
  }

  /**
   * Says everything there is to say, {@link #MIN_LENGTH} to {@link #MAX_LENGTH} long where it fits.
   */
  static String dense(Scene scene, Random random) {
    int target = MIN_LENGTH + random.nextInt(MAX_LENGTH - MIN_LENGTH + 1);
    String best = attempt(scene, random);
    int off = Math.abs(Words.length(best) - target);
    for (int i = 0; i < TRIES && off > 0; i++) {
      String next = attempt(scene, random);
      int nextOff = Math.abs(Words.length(next) - target);
      if (nextOff < off) {
        best = next;
        off = nextOff;
      }
    }
    return best;
  }

  private static String attempt(Scene scene, Random random) {
    String background = scene.background().word;
    String objects = objects(scene, random);
    String relations = relations(scene, random);
    return switch (random.nextInt(3)) {
      case 0 -> Words.sentence("on a " + background + " background, " + objects) + " " + relations;
      case 1 -> Words.sentence(objects + " on a " + background + " background") + " " + relations;
      default ->
          Words.sentence(objects) + " " + relations + " The background is " + background + ".";
    };
  }

  /** The main clause: all objects with their attributes and places. */
  private static String objects(Scene scene, Random random) {
    String verb = Words.pick(random, "sits", "lies", "is", "can be seen", "has been drawn");
    String whole = Words.pick(random, "", "", " of the picture");
    List<String> clauses = new ArrayList<>();
    for (Item item : scene.items()) {
      // The verb is said once; "and" and commas carry it over to the other objects.
      String said = clauses.isEmpty() ? " " + verb + " " : " ";
      String of = clauses.isEmpty() ? whole : "";
      clauses.add("a " + name(item) + said + item.place().phrase + of);
    }
    return Words.list(clauses);
  }

  private static String relations(Scene scene, Random random) {
    List<Item> items = scene.items();
    if (items.size() == 1) {
      return alone(items.get(0), random);
    }
    List<String> sentences = new ArrayList<>();
    int first = random.nextInt(items.size());
    int others = items.size() == 2 ? 1 : 1 + random.nextInt(2);
    for (int i = 1; i <= others; i++) {
      Item one = items.get(first);
      Item other = items.get((first + i) % items.size());
      if (random.nextBoolean()) {
        Item swap = one;
        one = other;
        other = swap;
      }
      sentences.add(relation(one, other, random));
    }
    String count = items.size() == 2 ? "There are two shapes." : "There are three shapes.";
    return String.join(" ", sentences) + Words.pick(random, "", " " + count);
  }

  private static String relation(Item one, Item other, Random random) {
    String subject = "The " + reference(one, random) + " is ";
    String object = "the " + reference(other, random);
    String position = one.relationTo(other);
    if (random.nextBoolean()) {
      return subject + position + " " + object + ".";
    }
    int order = one.size().compareTo(other.size());
    String than = order == 0 ? "as large as " : order > 0 ? "larger than " : "smaller than ";
    return subject + than + object + " and " + position + " it.";
  }

  /** What can be said of an object without company: where it lies, and that nothing else does. */
  private static String alone(Item item, Random random) {
    String subject = "The " + reference(item, random);
    Scene.Place place = item.place();
    String where;
    if (place == Scene.Place.CENTRE) {
      where = subject + " is equally far from all four edges.";
    } else {
      Item middle = new Item(item.shape(), item.colour(), item.size(), Scene.Place.CENTRE);
      where = subject + " is " + item.relationTo(middle) + " the centre.";
    }
    String free = Words.pick(random, "", " " + freeSides(place, random));
    String nothing =
        Words.pick(
            random,
            "It is the only shape.",
            "It is alone in the picture.",
            "It stands alone, and nothing else is drawn.",
            "There is no other shape in the picture.",
            "It is the only shape, and all other places are empty.",
            "There is no other shape, so the rest of the picture is empty.");
    return where + free + " " + nothing;
  }

  /** Names two sides of the picture that the only object doesn't touch; every place has two. */
  private static String freeSides(Scene.Place place, Random random) {
    List<String> sides = new ArrayList<>();
    if (place.row() != 0) {
      sides.add("the top");
    }
    if (place.row() != 2) {
      sides.add("the bottom");
    }
    if (place.column() != 0) {
      sides.add("the left side");
    }
    if (place.column() != 2) {
      sides.add("the right side");
    }
    while (sides.size() > 2) {
      sides.remove(random.nextInt(sides.size()));
    }
    return Words.sentence(Words.list(sides) + " are empty");
  }

  private static String reference(Item item, Random random) {
    return Words.pick(random, "", item.colour().word + " ") + item.shape().word;
  }

  private static String name(Item item) {
    return item.size().word + " " + item.colour().word + " " + item.shape().word;
  }
}
