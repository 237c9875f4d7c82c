package org.rsavlm.train.demo;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Draws scenes of which no two are equal, across all calls on one sampler.
 *
 * <p>{@link Random} is used because its sequence is fixed by its specification.
 */
final class SceneSampler {

  private final Random random;
  private final Set<Scene> seen = new HashSet<>();

  SceneSampler(long seed) {
    random = new Random(seed);
  }

  /** Returns the next {@code count} scenes: one, two and three objects are equally likely. */
  List<Scene> draw(int count) {
    List<Scene> scenes = new ArrayList<>(count);
    while (scenes.size() < count) {
      Scene scene = next();
      if (seen.add(scene)) {
        scenes.add(scene);
      }
    }
    return scenes;
  }

  private Scene next() {
    Scene.Background background = pick(Scene.Background.values());
    int count = 1 + random.nextInt(3);
    Scene.Shape[] shapes = shuffled(Scene.Shape.values());
    Scene.Colour[] colours = shuffled(Scene.Colour.values());
    Scene.Place[] places = shuffled(Scene.Place.values());
    List<Scene.Item> items = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      items.add(new Scene.Item(shapes[i], colours[i], pick(Scene.Size.values()), places[i]));
    }
    return new Scene(background, items);
  }

  private <T> T pick(T[] values) {
    return values[random.nextInt(values.length)];
  }

  private <T> T[] shuffled(T[] values) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      T swap = values[i];
      values[i] = values[j];
      values[j] = swap;
    }
    return values;
  }
}
