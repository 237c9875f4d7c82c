package org.rsavlm.train.demo;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.rsavlm.core.UserException;

/**
 * Real pictures: the base emoji of two npm packages as image-caption pairs.
 *
 * <p>Captions of about twenty words are made of an emoji's label, tags, group and kind, and of
 * colours found in its pixels. Emoji that look exactly alike, such as flags of dependencies, are
 * kept once. A hash of seed and code points says which pairs are held out, so that a newer package
 * leaves most of the split as it was.
 */
public final class EmojiDataset {

  /** Raised whenever the same parameters give other files, so that old ones aren't used again. */
  private static final String KIND = "emoji-2";

  /** Further captions of each train emoji, with other tags and wording, for the language model. */
  private static final int MORE_TEXTS = 2;

  private EmojiDataset() {}

  /**
   * What a set of emoji depends on besides the packages.
   *
   * @param heldOut number of pairs to measure on; the others are for training
   * @param seed any number
   */
  public record Parameters(int heldOut, long seed) {

    /** Checks every value. */
    public Parameters {
      if (heldOut < 1) {
        throw new UserException("heldOut", heldOut + " is not positive", "use 500");
      }
    }

    /** Returns 500 held-out pairs, chosen with seed 0. */
    public static Parameters defaults() {
      return new Parameters(500, 0);
    }
  }

  /** What the files depend on, for the manifest. */
  private record Origin(int heldOut, long seed, String pictures, String words) {}

  private record Drawn(Emoji emoji, EmojiPicture picture, String hash) {}

  /**
   * Writes the data set, or finds it unchanged from an earlier call.
   *
   * @param packages directory where {@code emoji-datasource-google} and {@code emojibase-data} are
   *     unpacked, side by side or in {@code node_modules}
   * @param directory the directory of the data set; parents are made
   * @return the files
   * @throws UserException if a package is missing or broken, if there are too few emoji, or if the
   *     directory holds anything but such a data set
   */
  public static DemoFiles write(Path packages, Path directory, Parameters parameters) {
    EmojiPackages source = new EmojiPackages(packages);
    Origin origin =
        new Origin(
            parameters.heldOut(),
            parameters.seed(),
            source.picturesVersion(),
            source.wordsVersion());
    return new DatasetDirectory(directory, KIND, origin)
        .provide(() -> content(source.read(), packages, parameters));
  }

  private static DatasetContent content(List<Emoji> all, Path packages, Parameters parameters) {
    List<Drawn> drawn = distinct(all, parameters.seed());
    if (drawn.size() <= parameters.heldOut()) {
      throw new UserException(
          packages.toString(),
          drawn.size() + " emoji, too few to hold out " + parameters.heldOut(),
          "hold out fewer, or fetch the packages again");
    }
    List<Drawn> heldOut = drawn.subList(0, parameters.heldOut());
    List<Drawn> train = drawn.subList(parameters.heldOut(), drawn.size());
    RandomStreams text = new RandomStreams(parameters.seed(), 3);
    List<String> moreText = new ArrayList<>();
    for (int i = 0; i < train.size() * MORE_TEXTS; i++) {
      Drawn one = train.get(i % train.size());
      moreText.add(EmojiTexts.caption(one.emoji(), one.picture().colours(), text.random(i, 0)));
    }
    return new DatasetContent(
        pairs(train, new RandomStreams(parameters.seed(), 1), true),
        pairs(heldOut, new RandomStreams(parameters.seed(), 2), false),
        moreText);
  }

  /** Reads the pictures, drops those seen before, and orders by hash. */
  private static List<Drawn> distinct(List<Emoji> all, long seed) {
    List<Drawn> drawn =
        all.parallelStream()
            .map(
                e ->
                    new Drawn(e, EmojiPicture.read(e.picture()), Sha256.hex(seed + " " + e.code())))
            .toList();
    Set<String> seen = new HashSet<>();
    return drawn.stream()
        .filter(d -> seen.add(d.picture().fingerprint()))
        .sorted(Comparator.comparing(Drawn::hash))
        .toList();
  }

  private static List<ImageCaptionPair> pairs(
      List<Drawn> drawn, RandomStreams streams, boolean train) {
    return IntStream.range(0, drawn.size())
        .mapToObj(
            i -> {
              Emoji emoji = drawn.get(i).emoji();
              EmojiPicture picture = drawn.get(i).picture();
              String caption = EmojiTexts.caption(emoji, picture.colours(), streams.random(i, 0));
              String coarse = Words.sentence(emoji.label());
              Random random = streams.random(i, 1);
              // Wrong tags come from the same split: nothing of held-out emoji enters training.
              Emoji foreign = drawn.get(random.nextInt(drawn.size())).emoji();
              List<QuestionAnswer> questions =
                  EmojiTexts.questions(emoji, picture.colours(), foreign, random);
              return new ImageCaptionPair(
                  emoji.code().toLowerCase(Locale.ROOT),
                  picture::toImage,
                  caption,
                  coarse,
                  train
                      ? Dialogues.train(questions, caption, coarse, random)
                      : Dialogues.heldOut(questions, random));
            })
        .toList();
  }
}
