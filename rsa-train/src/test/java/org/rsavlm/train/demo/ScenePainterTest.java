package org.rsavlm.train.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScenePainterTest {

  @ParameterizedTest
  @ValueSource(ints = {64, 96, 256})
  void objectsLieInTheirCellInTheirColourAndSize(int side) {
    ScenePainter painter = new ScenePainter(side);
    List<Scene> scenes = new SceneSampler(side).draw(100);
    for (int i = 0; i < scenes.size(); i++) {
      Scene scene = scenes.get(i);
      BufferedImage image = painter.paint(scene, new Random(i));
      BufferedImage empty = emptied(painter, scene, i);
      for (Scene.Item item : scene.items()) {
        int[] box = {side, side, -1, -1};
        int fill = 0;
        int astray = 0;
        for (int y = 0; y < side; y++) {
          for (int x = 0; x < side; x++) {
            int rgb = image.getRGB(x, y) & 0xFFFFFF;
            if (x * 3 / side != item.place().column() || y * 3 / side != item.place().row()) {
              astray += rgb == item.colour().rgb ? 1 : 0;
              continue;
            }
            fill += rgb == item.colour().rgb ? 1 : 0;
            if (rgb != (empty.getRGB(x, y) & 0xFFFFFF)) {
              box[0] = Math.min(box[0], x);
              box[1] = Math.min(box[1], y);
              box[2] = Math.max(box[2], x);
              box[3] = Math.max(box[3], y);
            }
          }
        }
        assertThat(astray).as(scene.toString()).isZero();
        int diameter = item.size().diameter * side / 64;
        assertThat(box[3] - box[1] + 1).as(scene.toString()).isBetween(diameter * 4 / 5, diameter);
        assertThat(box[2] - box[0] + 1).as(scene.toString()).isLessThanOrEqualTo(diameter);
        assertThat(fill).as(scene.toString()).isGreaterThan(diameter * diameter / 16);
      }
    }
  }

  /** The same background with another object in a cell that the scene leaves empty. */
  private static BufferedImage emptied(ScenePainter painter, Scene scene, int seed) {
    Scene.Place free =
        Arrays.stream(Scene.Place.values())
            .filter(place -> scene.items().stream().noneMatch(item -> item.place() == place))
            .findFirst()
            .orElseThrow();
    Scene.Item other = new Scene.Item(Scene.Shape.RING, Scene.Colour.RED, Scene.Size.SMALL, free);
    return painter.paint(new Scene(scene.background(), List.of(other)), new Random(seed));
  }
}
