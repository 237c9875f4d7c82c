package org.rsavlm.train.demo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Captions of emoji, and questions about them, from their label, tags, groups and colours. */
final class EmojiTexts {

  /** Least and greatest length of a caption that is aimed at, see {@link Words#length}. */
  static final int MIN_LENGTH = 24;

  static final int MAX_LENGTH = 27;

  private static final int MOST_TAGS = 6;

  private static final List<Integer> FORMS = IntStream.range(0, 16).boxed().toList();

  /** The kinds of question, in the order in which {@link #questions} gives them. */
  static final List<String> KINDS = List.of("group", "kind", "colour", "tag");

  private EmojiTexts() {}

  /**
   * Makes a caption of label, kind, group and colours, with as many tags and as wordy as makes the
   * length fit: short captions would otherwise mean flags, which have few tags.
   */
  static String caption(Emoji emoji, List<String> colours, Random random) {
    int target = MIN_LENGTH + random.nextInt(MAX_LENGTH - MIN_LENGTH + 1);
    List<String> label = Arrays.asList(emoji.label().split("[ ,:]+"));
    List<String> tags =
        Dialogues.shuffled(
            emoji.tags().stream().filter(tag -> !label.contains(tag)).toList(), random);
    String best = "";
    for (int form : Dialogues.shuffled(FORMS, random)) {
      for (int count = 0; count <= Math.min(MOST_TAGS, tags.size()); count++) {
        String next = compose(emoji, colours, tags.subList(0, count), form);
        int off = Math.abs(Words.length(next) - target);
        if (best.isEmpty() || off < Math.abs(Words.length(best) - target)) {
          best = next;
        }
      }
    }
    return best;
  }

  /** The bits of the form choose between a terse and a wordy way to say each part. */
  private static String compose(Emoji emoji, List<String> colours, List<String> tags, int form) {
    String name = ((form & 1) == 0 ? "" : "a small picture of the emoji ") + emoji.label();
    String kind = ((form & 2) == 0 ? "" : "of the kind ") + emoji.kind();
    String group = ((form & 4) == 0 ? "from " : "from the group ") + emoji.group();
    String mostly = (form & 8) == 0 ? "mostly " : "its colours are mostly ";
    List<String> others = colours.subList(1, colours.size());
    String with = others.isEmpty() ? "" : ", with " + Words.list(others);
    String stands = tags.isEmpty() ? "" : " " + Words.sentence("it stands for " + Words.list(tags));
    return Words.sentence(name + ", " + kind + ", " + group)
        + stands
        + " "
        + Words.sentence(mostly + colours.get(0) + with);
  }

  /**
   * Returns one question of every kind.
   *
   * @param foreign an emoji whose tags serve for questions to be answered with "no"
   */
  static List<QuestionAnswer> questions(
      Emoji emoji, List<String> colours, Emoji foreign, Random random) {
    List<QuestionAnswer> all = new ArrayList<>();
    all.add(new QuestionAnswer("group", "Which group is it from?", emoji.group()));
    all.add(new QuestionAnswer("kind", "What kind is it?", emoji.kind()));
    all.add(new QuestionAnswer("colour", "What is its main colour?", colours.get(0)));
    List<String> wrong =
        foreign.tags().stream()
            .filter(tag -> !emoji.tags().contains(tag) && !emoji.label().contains(tag))
            .toList();
    boolean yes = random.nextBoolean();
    List<String> choices = yes ? emoji.tags() : wrong;
    if (!choices.isEmpty()) {
      String tag = choices.get(random.nextInt(choices.size()));
      all.add(new QuestionAnswer("tag", "Does it stand for \"" + tag + "\"?", yes ? "yes" : "no"));
    }
    return all;
  }
}
