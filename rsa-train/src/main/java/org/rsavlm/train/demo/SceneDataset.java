package org.rsavlm.train.demo;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import org.rsavlm.core.UserException;

/**
 * The embedded data set: drawn scenes with dense and coarse captions and questions.
 *
 * <p>A scene is one to three objects (8 shapes, 8 colours, 3 sizes, 9 places) on one of 6
 * backgrounds. No scene occurs twice, so none is in both train and held-out, nor in the extra
 * captions without pictures.
 *
 * <p>Scenes, captions, questions and pixels depend on the parameters alone, and are the same on
 * every JVM from 17 on, in every locale. The bytes of the PNG files also depend on the zlib that
 * the JVM compresses with.
 */
public final class SceneDataset {

  /** Raised whenever the same parameters give other files, so that old ones aren't used again. */
  private static final String KIND = "scenes-2";

  private SceneDataset() {}

  /**
   * What a set of scenes depends on.
   *
   * @param train number of pairs to train on
   * @param heldOut number of pairs to measure on
   * @param moreText number of further captions without pictures, for pretraining the language model
   * @param side pixels along each edge of the square pictures: a multiple of 16, from 64 to 512
   * @param seed any number
   */
  public record Parameters(int train, int heldOut, int moreText, int side, long seed) {

    private static final int MOST = 1_000_000;

    /** Checks every value. */
    public Parameters {
      check("train", train, 1, MOST);
      check("heldOut", heldOut, 1, MOST);
      check("moreText", moreText, 0, MOST);
      check("side", side, 64, 512);
      if (side % 16 != 0) {
        throw new UserException(
            "side", side + " pixels, but patches need a multiple of 16", "use 64");
      }
    }

    /**
     * Returns the quickstart's parameters: 5,000 and 1,000 pairs of 64 pixels, 5,000 captions more.
     */
    public static Parameters defaults() {
      return new Parameters(5_000, 1_000, 5_000, 64, 0);
    }

    private static void check(String name, int value, int least, int most) {
      if (value < least || value > most) {
        throw new UserException(
            name, value + " is not within " + least + " and " + most, "change it");
      }
    }
  }

  /**
   * Writes the data set, or finds it unchanged from an earlier call.
   *
   * @param directory the directory of the data set; parents are made
   * @return the files
   * @throws UserException if the directory holds anything but such a data set, or can't be written
   */
  public static DemoFiles write(Path directory, Parameters parameters) {
    return new DatasetDirectory(directory, KIND, parameters).provide(() -> content(parameters));
  }

  /**
   * Draws all scenes; held-out ones come first, so that they stay the same when more train pairs
   * are asked.
   */
  static DatasetContent content(Parameters parameters) {
    SceneSampler sampler = new SceneSampler(parameters.seed());
    List<Scene> heldOut = sampler.draw(parameters.heldOut());
    List<Scene> train = sampler.draw(parameters.train());
    List<Scene> text = sampler.draw(parameters.moreText());
    ScenePainter painter = new ScenePainter(parameters.side());
    return new DatasetContent(
        pairs(train, painter, new RandomStreams(parameters.seed(), 1), true),
        pairs(heldOut, painter, new RandomStreams(parameters.seed(), 2), false),
        IntStream.range(0, text.size())
            .parallel()
            .mapToObj(
                i ->
                    SceneCaptions.dense(
                        text.get(i), new RandomStreams(parameters.seed(), 3).random(i, 0)))
            .toList());
  }

  private static List<ImageCaptionPair> pairs(
      List<Scene> scenes, ScenePainter painter, RandomStreams streams, boolean train) {
    return IntStream.range(0, scenes.size())
        .parallel()
        .mapToObj(
            i -> {
              Scene scene = scenes.get(i);
              String caption = SceneCaptions.dense(scene, streams.random(i, 0));
              String coarse = SceneCaptions.coarse(scene);
              Random random = streams.random(i, 1);
              List<QuestionAnswer> questions = SceneQuestions.all(scene, random);
              return new ImageCaptionPair(
                  String.format(Locale.ROOT, "%06d", i),
                  () -> painter.paint(scene, streams.random(i, 2)),
                  caption,
                  coarse,
                  train
                      ? Dialogues.train(questions, caption, coarse, random)
                      : Dialogues.heldOut(questions, random));
            })
        .toList();
  }
}
