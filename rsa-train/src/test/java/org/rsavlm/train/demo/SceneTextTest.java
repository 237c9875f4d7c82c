package org.rsavlm.train.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Reads captions and questions back with rules of its own and compares them with the scene. */
class SceneTextTest {

  private static final List<Scene> SCENES = new SceneSampler(11).draw(2000);

  private static final Pattern OBJECT =
      Pattern.compile(
          "(small|medium|large) (\\w+) (\\w+)(?: sits| lies| is| can be seen| has been drawn)? "
              + "((?:at|on|in) the (?:top|bottom|left|right|centre)(?: left| right)?)");

  private static final Pattern RELATION =
      Pattern.compile(
          "The (?:\\w+ )?(\\w+) is (?:(as large as|larger than|smaller than) the (?:\\w+ )?(\\w+) and )?"
              + "(above|below|to the left of|to the right of)(?: and (to the left of|to the right of))?"
              + " (?:it|the (?:\\w+ )?(\\w+))\\.");

  @Test
  void denseCaptionsNameEveryObjectAndTheBackground() {
    for (int i = 0; i < SCENES.size(); i++) {
      Scene scene = SCENES.get(i);
      String caption = SceneCaptions.dense(scene, new Random(i));
      Matcher matcher = OBJECT.matcher(caption.toLowerCase(Locale.ROOT));
      List<String> found = new ArrayList<>();
      while (matcher.find()) {
        found.add(
            String.join(
                " ", matcher.group(1), matcher.group(2), matcher.group(3), matcher.group(4)));
      }
      assertThat(found)
          .as(caption)
          .containsExactlyElementsOf(
              scene.items().stream()
                  .map(
                      o ->
                          Stream.of(o.size(), o.colour(), o.shape())
                                  .map(e -> e.name().toLowerCase(Locale.ROOT))
                                  .collect(Collectors.joining(" "))
                              + " "
                              + o.place().phrase)
                  .toList());
      assertThat(caption).contains(scene.background().word);
    }
  }

  @Test
  void relationsInCaptionsHold() {
    int relations = 0;
    for (int i = 0; i < SCENES.size(); i++) {
      Scene scene = SCENES.get(i);
      if (scene.items().size() == 1) {
        continue;
      }
      String caption = SceneCaptions.dense(scene, new Random(i));
      Matcher matcher = RELATION.matcher(caption);
      int here = 0;
      while (matcher.find()) {
        here++;
        Scene.Item one = byShape(scene, matcher.group(1));
        String name = matcher.group(3) == null ? matcher.group(6) : matcher.group(3);
        Scene.Item other = byShape(scene, name);
        assertThat(holds(one, other, matcher.group(4))).as(caption).isTrue();
        if (matcher.group(5) != null) {
          assertThat(holds(one, other, matcher.group(5))).as(caption).isTrue();
        }
        if (matcher.group(2) != null) {
          int sizes = Integer.signum(one.size().diameter - other.size().diameter);
          assertThat(matcher.group(2))
              .as(caption)
              .isEqualTo(List.of("smaller than", "as large as", "larger than").get(sizes + 1));
        }
      }
      assertThat(here).as(caption).isBetween(1, 2);
      relations += here;
    }
    assertThat(relations).isGreaterThan(1000);
  }

  @Test
  void lengthsAreCloseAndSayNothingAboutTheScene() {
    List<Scene> scenes = new SceneSampler(3).draw(5000);
    double[] lengths = new double[scenes.size()];
    double[] counts = new double[scenes.size()];
    int outside = 0;
    for (int i = 0; i < lengths.length; i++) {
      String caption = SceneCaptions.dense(scenes.get(i), new Random(i));
      lengths[i] = Words.length(caption);
      counts[i] = scenes.get(i).items().size();
      int words = caption.split(" ").length;
      assertThat(words).as(caption).isBetween(30, 46);
      if (lengths[i] < SceneCaptions.MIN_LENGTH || lengths[i] > SceneCaptions.MAX_LENGTH) {
        outside++;
      }
    }
    assertThat(outside).isLessThan(lengths.length / 50);
    assertThat(Math.abs(correlation(lengths, counts))).isLessThan(0.05);
  }

  @Test
  void coarseCaptionsNameTheShapesOnly() {
    Scene scene =
        new Scene(
            Scene.Background.PLAIN_WHITE,
            List.of(
                new Scene.Item(
                    Scene.Shape.RING, Scene.Colour.RED, Scene.Size.SMALL, Scene.Place.TOP),
                new Scene.Item(
                    Scene.Shape.STAR, Scene.Colour.BLUE, Scene.Size.LARGE, Scene.Place.LEFT)));
    assertThat(SceneCaptions.coarse(scene)).isEqualTo("A star and a ring.");
  }

  @Test
  void answersAreTrue() {
    Map<String, Integer> yes = new HashMap<>();
    Map<String, Integer> asked = new HashMap<>();
    for (int i = 0; i < SCENES.size(); i++) {
      Scene scene = SCENES.get(i);
      for (QuestionAnswer exchange : SceneQuestions.all(scene, new Random(i))) {
        assertThat(exchange.answer()).as(exchange.toString()).isEqualTo(answer(scene, exchange));
        asked.merge(exchange.kind(), 1, Integer::sum);
        yes.merge(exchange.kind(), exchange.answer().equals("yes") ? 1 : 0, Integer::sum);
      }
    }
    assertThat(asked.keySet()).containsExactlyInAnyOrderElementsOf(SceneQuestions.KINDS);
    for (String kind : List.of("exists", "relation")) {
      assertThat((double) yes.get(kind) / asked.get(kind)).as(kind).isBetween(0.45, 0.55);
    }
  }

  /** The answer looked up from the words of the question. */
  private static String answer(Scene scene, QuestionAnswer exchange) {
    List<String> words = List.of(exchange.question().replaceAll("[?]", "").split(" "));
    List<Scene.Item> named =
        words.stream()
            .flatMap(
                word ->
                    scene.items().stream()
                        .filter(
                            o -> lower(o.shape()).equals(word) || lower(o.colour()).equals(word)))
            .distinct()
            .toList();
    return switch (exchange.kind()) {
      case "colour" -> lower(named.get(0).colour());
      case "shape" -> lower(named.get(0).shape());
      case "size" -> lower(named.get(0).size());
      case "where" -> lower(named.get(0).place()).replace('_', ' ');
      case "count" -> List.of("one", "two", "three").get(scene.items().size() - 1);
      case "background" -> lower(scene.background()).replace('_', ' ');
      case "exists" ->
          scene.items().stream()
                  .anyMatch(
                      o -> words.contains(lower(o.shape())) && words.contains(lower(o.colour())))
              ? "yes"
              : "no";
      case "relation" -> {
        String relation = exchange.question().replaceAll("Is the \\w+ (.*) the \\w+\\?", "$1");
        yield holds(named.get(0), named.get(1), relation) ? "yes" : "no";
      }
      default -> throw new AssertionError(exchange);
    };
  }

  @Test
  void scenesAreDistinctWhateverTheOrderOfTheirObjects() {
    Set<Set<Object>> keys = new HashSet<>();
    for (Scene scene : SCENES) {
      Set<Object> key = new HashSet<>(scene.items());
      key.add(scene.background());
      assertThat(keys.add(key)).isTrue();
    }
  }

  private static boolean holds(Scene.Item one, Scene.Item other, String relation) {
    int down = one.place().ordinal() / 3 - other.place().ordinal() / 3;
    int right = one.place().ordinal() % 3 - other.place().ordinal() % 3;
    return switch (relation) {
      case "above" -> down < 0;
      case "below" -> down > 0;
      case "to the left of" -> right < 0;
      case "to the right of" -> right > 0;
      default -> throw new AssertionError(relation);
    };
  }

  private static Scene.Item byShape(Scene scene, String word) {
    return scene.items().stream()
        .filter(o -> lower(o.shape()).equals(word))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + word + " in " + scene));
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static double correlation(double[] a, double[] b) {
    double n = a.length;
    double sa = 0;
    double sb = 0;
    double saa = 0;
    double sbb = 0;
    double sab = 0;
    for (int i = 0; i < a.length; i++) {
      sa += a[i];
      sb += b[i];
      saa += a[i] * a[i];
      sbb += b[i] * b[i];
      sab += a[i] * b[i];
    }
    return (n * sab - sa * sb) / Math.sqrt((n * saa - sa * sa) * (n * sbb - sb * sb));
  }
}
