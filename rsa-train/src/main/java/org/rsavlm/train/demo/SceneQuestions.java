package org.rsavlm.train.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.rsavlm.train.demo.Scene.Item;

/**
 * Questions about a scene with short answers that hold by construction: shapes and colours are
 * unique within a scene.
 */
final class SceneQuestions {

  /** The kinds of question, in the order in which {@link #all} gives them. */
  static final List<String> KINDS =
      List.of("colour", "shape", "count", "where", "size", "background", "exists", "relation");

  private static final String[] COUNTS = {"zero", "one", "two", "three"};

  private SceneQuestions() {}

  /**
   * Returns one question of every kind, each about an object drawn at random; scenes with one
   * object have no "relation". Answers to yes-or-no questions are "yes" half of the time.
   */
  static List<QuestionAnswer> all(Scene scene, Random random) {
    List<Item> items = scene.items();
    List<QuestionAnswer> all = new ArrayList<>();
    Item item = pick(items, random);
    all.add(
        new QuestionAnswer(
            "colour", "What colour is the " + item.shape().word + "?", item.colour().word));
    item = pick(items, random);
    all.add(
        new QuestionAnswer(
            "shape", "Which shape is " + item.colour().word + "?", item.shape().word));
    all.add(new QuestionAnswer("count", "How many shapes are there?", COUNTS[items.size()]));
    item = pick(items, random);
    all.add(
        new QuestionAnswer("where", "Where is the " + item.shape().word + "?", item.place().word));
    item = pick(items, random);
    all.add(
        new QuestionAnswer(
            "size", "What size is the " + item.colour().word + " shape?", item.size().word));
    all.add(
        new QuestionAnswer("background", "What is the background like?", scene.background().word));
    all.add(exists(items, random));
    if (items.size() > 1) {
      all.add(relation(items, random));
    }
    return all;
  }

  private static QuestionAnswer exists(List<Item> items, Random random) {
    boolean yes = random.nextBoolean();
    Item item = pick(items, random);
    Scene.Colour colour = item.colour();
    while (!yes && colour == item.colour()) {
      colour = Scene.Colour.values()[random.nextInt(Scene.Colour.values().length)];
    }
    // "No" questions pair the object's shape with a wrong colour, so that naming shapes isn't
    // enough.
    String article = colour == Scene.Colour.ORANGE ? "an " : "a ";
    String question = "Is there " + article + colour.word + " " + item.shape().word + "?";
    return new QuestionAnswer("exists", question, yes ? "yes" : "no");
  }

  private static QuestionAnswer relation(List<Item> items, Random random) {
    Item one = pick(items, random);
    Item other = one;
    while (other == one) {
      other = pick(items, random);
    }
    boolean vertical = one.place().row() != other.place().row();
    boolean horizontal = one.place().column() != other.place().column();
    if (vertical && horizontal) {
      vertical = random.nextBoolean();
    }
    boolean forward = random.nextBoolean();
    boolean answer =
        vertical
            ? forward == one.place().row() < other.place().row()
            : forward == one.place().column() < other.place().column();
    String words =
        vertical ? (forward ? "above" : "below") : forward ? "to the left of" : "to the right of";
    return new QuestionAnswer(
        "relation",
        "Is the " + one.shape().word + " " + words + " the " + other.shape().word + "?",
        answer ? "yes" : "no");
  }

  private static Item pick(List<Item> items, Random random) {
    return items.get(random.nextInt(items.size()));
  }
}
